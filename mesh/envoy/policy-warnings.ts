import type { DestinationRule, TrafficPolicy } from './resources/destination-rule.ts'

/** What Istio accepts and warns of, one sentence each. */
export const policyWarnings = (rules: readonly DestinationRule[]): string[] =>
  rules.flatMap(({ metadata, spec }) => [
    ...surprises(`DestinationRule ${metadata.name}: spec`, spec.trafficPolicy),
    ...(spec.subsets ?? []).flatMap((subset, index) =>
      surprises(`DestinationRule ${metadata.name}: spec.subsets.${index}`, subset.trafficPolicy),
    ),
  ])

const surprises = (place: string, policy?: TrafficPolicy): string[] => [
  ...oldName(place, policy),
  ...failoverWithoutEjection(place, policy),
]

function failoverWithoutEjection(place: string, { loadBalancer, outlierDetection }: TrafficPolicy = {}): string[] {
  const { failover = [], failoverPriority = [] } = loadBalancer?.localityLbSetting ?? {}
  if (outlierDetection || failover.length + failoverPriority.length === 0) return []
  return [
    `${place}.trafficPolicy.loadBalancer.localityLbSetting fails over nowhere without an outlierDetection beside it: nobody is found ill.`,
  ]
}

function oldName(place: string, policy: TrafficPolicy = {}): string[] {
  const { consecutiveErrors = 0, consecutive5xxErrors } = policy.outlierDetection ?? {}
  if (consecutiveErrors === 0) return []
  const instead =
    consecutive5xxErrors === undefined
      ? "Envoy's 5 applies"
      : `consecutive5xxErrors: ${consecutive5xxErrors}, which stands beside it, applies`
  return [
    `${place}.trafficPolicy.outlierDetection.consecutiveErrors is called consecutive5xxErrors today. Istio ignores the old name: ${instead}.`,
  ]
}
