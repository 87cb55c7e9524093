/** What is counted before and after a round. */
export interface Counters {
  /** Refusals by the caller's proxy, and by the hosts' own towards their app; undefined where they are not counted. */
  readonly overflows?: number
  readonly inboundOverflows?: number
  /** Requests that reached the app; undefined where it does not count them. */
  readonly seen?: number
  /** Requests that the caller's proxy sent to hosts. */
  readonly sentOn: number
  /** Requests, whoever sent them, that the hosts' own proxies passed on to their app. */
  readonly passedOn: number
}

/** Requests to the destination that a round did not send. */
export interface Others {
  /** Of the caller's app: they take places of the same pool. */
  readonly others: number
  /** Of workloads with proxies of their own: they take places at the hosts' own proxies. */
  readonly strangers: number
}

/** Pure. */
export function othersBetween(
  before: Counters,
  after: Counters,
  { sent, refusedInAll }: { readonly sent: number; readonly refusedInAll: number },
): Others {
  const sentOn = after.sentOn - before.sentOn
  // A refused request is not counted as sent on. Who does not count refusals is believed to have refused this round's alone.
  const ofCaller = sentOn + (difference(before.overflows, after.overflows) ?? refusedInAll) - sent
  const arrived = after.passedOn - before.passedOn + (difference(before.inboundOverflows, after.inboundOverflows) ?? 0)
  return { others: Math.max(0, ofCaller), strangers: Math.max(0, arrived - sentOn) }
}

/** Undefined where one of them was not counted. */
export const difference = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before
