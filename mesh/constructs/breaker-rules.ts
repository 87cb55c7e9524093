import type { Replicas } from '../../cdk8s/workloads.ts'
import type { ConnectionPool, OutlierDetection } from '../envoy/resources/destination-rule.ts'

type Decisive = 'consecutive5xxErrors' | 'interval' | 'baseEjectionTime' | 'maxEjectionPercent'

/**
 * When a host is taken out, and for how long: Istio's `outlierDetection` with its deciding fields written out.
 * Answers of 500 or above (connect failures and timeouts count as such) in a row, by one host, seen by one caller; ejected hosts
 * return when a sweep (`interval`) finds that `baseEjectionTime` times the number of ejections in a row is over.
 */
export type Ejection = Required<Pick<OutlierDetection, Decisive>> & Pick<OutlierDetection, 'consecutiveGatewayErrors' | 'minHealthPercent'>

/** A named part of the destination's pods. */
export interface Subset {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** A DestinationRule in Istio's own fields. */
export interface Breaker {
  /** Limits of one caller proxy towards all hosts of the destination together. */
  readonly connectionPool?: ConnectionPool
  readonly outlierDetection?: Ejection
  readonly subsets?: readonly Subset[]
}

export interface Destination {
  readonly replicas: Replicas
  /** Label sets that its pods carry. */
  readonly pods: readonly Readonly<Record<string, string>>[]
}

/** Istio and Envoy accept all of these and then quietly do nothing. @returns one sentence a reason; empty when the breaker can work */
export function whatCannotWork({ connectionPool = {}, outlierDetection, subsets = [] }: Breaker, destination: Destination): string[] {
  return [
    ...poolReasons(connectionPool),
    ...(outlierDetection ? ejectionReasons(outlierDetection, destination.replicas) : []),
    ...subsetReasons(subsets, destination.pods),
  ]
}

function poolReasons({ tcp = {}, http = {} }: ConnectionPool): string[] {
  const pool = { ...tcp, ...http }
  const bounds = Object.entries(pool).filter(([, value]) => typeof value === 'number')
  const reasons = bounds
    .filter(([, value]) => !Number.isInteger(value) || Number(value) < 1)
    .map(([field, value]) => `${field}: ${value} is no bound; Istio reads 0 as "unset". Use a whole number from 1.`)
  if (pool.h2UpgradePolicy === 'UPGRADE' && pool.http2MaxRequests === undefined) {
    const ignored = (['maxConnections', 'http1MaxPendingRequests'] as const).filter((field) => pool[field] !== undefined)
    if (ignored.length > 0) {
      reasons.push(
        `${ignored.join(' and ')} hardly ever bind with h2UpgradePolicy UPGRADE: one HTTP/2 connection carries everything. Set http2MaxRequests.`,
      )
    }
  }
  return reasons
}

function ejectionReasons(ejection: Ejection, { least, most }: Replicas): string[] {
  const reasons: string[] = []
  const { consecutive5xxErrors, consecutiveGatewayErrors, maxEjectionPercent, minHealthPercent } = ejection
  if (consecutive5xxErrors < 1) {
    reasons.push('consecutive5xxErrors: 0 switches the count off. Leave `outlierDetection` out when no host shall be ejected.')
  }
  if (consecutiveGatewayErrors !== undefined && consecutiveGatewayErrors >= consecutive5xxErrors) {
    reasons.push(
      `consecutiveGatewayErrors ${consecutiveGatewayErrors} never decides: gateway errors count as 5xx, and ${consecutive5xxErrors} of those eject before. Choose fewer.`,
    )
  }
  // Envoy compares the share *after* the ejection: https://github.com/envoyproxy/envoy/pull/27909
  const smallestShare = 100 / least
  if (maxEjectionPercent < smallestShare) {
    reasons.push(
      `maxEjectionPercent ${maxEjectionPercent} ejects nobody: one of ${least} is ${smallestShare.toFixed(1)} %. Use ${Math.ceil(smallestShare)} or more.`,
    )
  }
  if (maxEjectionPercent >= 100 && least > 1) {
    const all = least === most ? `all ${least}` : `all of ${least} to ${most}`
    reasons.push(
      `maxEjectionPercent ${maxEjectionPercent} lets ${all} replicas be ejected at once, and nobody is left. Use 50, which always keeps one.`,
    )
  }
  if (maxEjectionPercent > 100) reasons.push(`maxEjectionPercent ${maxEjectionPercent} is above 100.`)
  if (minHealthPercent) {
    reasons.push(`minHealthPercent ${minHealthPercent} sends traffic to ejected hosts as soon as fewer are healthy. Leave it out.`)
  }
  return reasons
}

function subsetReasons(subsets: readonly Subset[], pods: Destination['pods']): string[] {
  return subsets
    .filter(({ labels }) => !pods.some((pod) => Object.entries(labels).every(([key, value]) => pod[key] === value)))
    .map(({ name, labels }) => `subset ${name} selects no pods: none carries ${JSON.stringify(labels)}.`)
}
