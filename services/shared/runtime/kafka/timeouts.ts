import { checkRange } from './option-range.ts'

/** How long the event log waits for what; all in milliseconds. */
export interface EventLogTimeouts {
  /** For the answer to a request; long polls add their own wait. */
  readonly requestMs: number
  /** For a connection to a broker. */
  readonly connectionMs: number
  /** A crashed writer's open transaction holds readers up for at most this long, if nobody fences it earlier. At most the broker's `transaction.max.timeout.ms`. */
  readonly transactionMs: number
  /** A member that says nothing for so long loses its partitions. Within the broker's `group.min.session.timeout.ms` and `group.max.session.timeout.ms`. */
  readonly sessionMs: number
  /** How often a member says that it is there: at most a third of `sessionMs`. */
  readonly heartbeatMs: number
  /** How long a group waits for its members when it shares the partitions anew. */
  readonly rebalanceMs: number
}

/** Session (W9): a short pause must not rebalance the group, a dead member must not hold its partitions for long. */
export const defaultTimeouts: EventLogTimeouts = {
  requestMs: 10_000,
  connectionMs: 3_000,
  transactionMs: 15_000,
  sessionMs: 10_000,
  heartbeatMs: 3_000,
  rebalanceMs: 20_000,
}

/** @throws RangeError when one is no whole number from 1 to an hour, or heartbeats are too rare for the session */
export function eventLogTimeouts(given: Partial<EventLogTimeouts> = {}): EventLogTimeouts {
  const timeouts = { ...defaultTimeouts, ...given }
  for (const [name, value] of Object.entries(timeouts)) checkRange(name, value, 1, 3600_000)
  if (timeouts.heartbeatMs * 3 > timeouts.sessionMs)
    throw new RangeError(`heartbeatMs is ${timeouts.heartbeatMs}: it must be at most a third of sessionMs (${timeouts.sessionMs})`)
  return timeouts
}
