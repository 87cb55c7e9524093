/**
 * Pool limits and ejection as a caller's proxy shows them. `overflow`: the pool refuses what comes now. `probation`: a host that was ejected has
 * returned, and has answered nothing yet (Envoy has no half-open state).
 */
export const breakerStates = ['closed', 'overflow', 'ejected', 'probation'] as const
export type BreakerState = (typeof breakerStates)[number]

/** Whose breaker it is, and for what: one caller's proxy × one host of a destination, or the pool that its hosts share. */
export interface BreakerName {
  /** Name of the replica whose proxy it is: `gateway-0`. */
  readonly caller: string
  readonly callerNamespace: string
  /** `catalog.breakwater.svc.cluster.local` */
  readonly hostname: string
  readonly port: number
  /** `''` unless the breaker is that of one subset. */
  readonly subset: string
  /** `catalog-0`, or its address where it has no name; of a pool `catalog pool`. */
  readonly host: string
}

interface OfAny extends BreakerName {
  readonly state: BreakerState
  /** When the state began, by the clock of the snapshots; absent when it was there in the first one. */
  readonly sinceMs?: number
  /** The detectors that ejected, or the limits that are reached. */
  readonly cause?: string
}

/** What one caller has outstanding towards a destination, all hosts together. */
export interface PoolBreaker extends OfAny {
  readonly kind: 'pool'
  /** Requests refused since the proxy started, by its own counters. */
  readonly refused: number
  /** Ejections since the proxy started, by its own counters: all hosts together. */
  readonly ejections: number
  /** Of requests in the last seconds, answered by whichever host; absent when the proxy does not measure them, or nothing was asked. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number }
}

/** Counts are those of the proxy since it knows the host. */
export interface HostBreaker extends OfAny {
  readonly kind: 'host'
  readonly requests: number
  /** Of those, not answered yet. */
  readonly active: number
  readonly succeeded: number
  readonly failed: number
  /** Failures since the last success, as far as they were seen. */
  readonly failuresInARow: number
  /** So many in a row eject; absent when none do. */
  readonly ejectsAt?: number
  /** Times it was seen to be ejected. */
  readonly ejections: number
  /** While ejected: not before this moment, and at the latest one interval after; absent when nobody saw when it began. */
  readonly returnsAtMs?: number
  /** How often in a row it was ejected, which makes the next ejection as many times longer. Falls by one each interval that it stays. */
  readonly backOff: number
}

export type Breaker = PoolBreaker | HostBreaker

/** A breaker that changed its state between two snapshots. */
export interface BreakerChange extends BreakerName {
  /** Of the snapshot that showed it. */
  readonly atMs: number
  readonly from: BreakerState
  readonly to: BreakerState
  readonly cause?: string
  /** How long `from` lasted, when its beginning was seen. */
  readonly lastedMs?: number
}
