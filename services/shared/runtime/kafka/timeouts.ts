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
  /** An idle reader asks the broker this often, and wakes the process; news arrives at once. Below `stalenessMs` of event sourcing. */
  readonly pollMs: number
  /** For a member of a group to stop: to end the batch and the poll at hand and to leave. Who has not left is put out after `sessionMs`. */
  readonly stopMs: number
  /** For a reader without a group to stop: to end the batch at hand. */
  readonly stopFollowingMs: number
  /** For connections to close. */
  readonly closeMs: number
}

/** Session (W9): a short pause must not rebalance the group, a dead member must not hold its partitions for long. */
export const defaultTimeouts: EventLogTimeouts = {
  requestMs: 10_000,
  connectionMs: 3_000,
  transactionMs: 15_000,
  sessionMs: 10_000,
  heartbeatMs: 3_000,
  rebalanceMs: 20_000,
  pollMs: 3_000,
  stopMs: 3_000,
  stopFollowingMs: 2_000,
  closeMs: 1_000,
}

/** @throws RangeError when one is no whole number from 1 to an hour, or heartbeats are too rare for the session */
export function eventLogTimeouts(given: Partial<EventLogTimeouts> = {}): EventLogTimeouts {
  const timeouts = { ...defaultTimeouts, ...given }
  for (const [name, value] of Object.entries(timeouts)) checkRange(name, value, 1, 3600_000)
  if (timeouts.heartbeatMs * 3 > timeouts.sessionMs)
    throw new RangeError(`heartbeatMs is ${timeouts.heartbeatMs}: it must be at most a third of sessionMs (${timeouts.sessionMs})`)
  return timeouts
}
