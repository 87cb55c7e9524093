import type { DestinationRule, TrafficPolicy } from './resources/destination-rule.ts'

/** What Istio accepts and warns of, one sentence each. */
export const policyWarnings = (rules: readonly DestinationRule[]): string[] =>
  rules.flatMap(({ metadata, spec }) => [
    ...oldName(`DestinationRule ${metadata.name}: spec`, spec.trafficPolicy),
    ...(spec.subsets ?? []).flatMap((subset, index) =>
      oldName(`DestinationRule ${metadata.name}: spec.subsets.${index}`, subset.trafficPolicy),
    ),
  ])

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
