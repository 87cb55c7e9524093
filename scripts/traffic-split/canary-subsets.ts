import type { Canary } from './canary-routes.ts'

/** Spec of a DestinationRule; fields that are not named here are kept as they are. */
export interface RuleSpec {
  readonly trafficPolicy?: { readonly outlierDetection?: object }
  readonly subsets?: readonly object[]
  readonly [field: string]: unknown
}

/** A canary has two pods, whatever the stable version has: one of them may go, never both. */
const canaryEjectionPercent = 50

/** The two subsets of a DestinationRule, each by its version; the canary's share of ejected hosts is its own, all else is the rule's. */
export function canarySubsets({ stable, canary }: Canary, { trafficPolicy }: RuleSpec): object[] {
  const outlierDetection = trafficPolicy?.outlierDetection && {
    ...trafficPolicy.outlierDetection,
    maxEjectionPercent: canaryEjectionPercent,
  }
  return [
    { name: stable, labels: { version: stable } },
    { name: canary, labels: { version: canary }, ...(outlierDetection && { trafficPolicy: { outlierDetection } }) },
  ]
}
