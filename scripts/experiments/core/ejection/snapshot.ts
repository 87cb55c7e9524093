import type { HostStatus } from '../../../envoy-admin/clusters.ts'

/** A caller's proxy at one moment. */
export interface Snapshot {
  /** `performance.now()` when it was asked for. */
  readonly askedAt: number
  readonly victim: HostStatus
  /** Requests to all replicas, whoever caused them. */
  readonly requests: number
  /** Of those, sent because another one had failed. */
  readonly retries: number
  /** Hosts that it has ejected so far; undefined where it does not count them. */
  readonly ejections: number | undefined
  /** Of the requests, this run's own. */
  readonly sent: number
}

/** Requests that neither this run's traffic nor its retries caused. */
export const othersBetween = (from: Snapshot, to: Snapshot): number =>
  Math.max(0, to.requests - from.requests - (to.retries - from.retries) - (to.sent - from.sent))
