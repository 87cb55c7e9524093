import type { LogRecord } from '../../kafka/event-log.ts'
import type { WaitingEvents } from '../../messaging/parked-event-index.ts'
import type { Command, Fact } from '../decider.ts'
import { type Reaction, type ReactionRules, react } from './reactions.ts'

/** An event heard and what it leads to. */
export interface Forwarded extends Reaction {
  readonly record: LogRecord
}

/**
 * The next events of one partition → commands and dead letters, in order. An event whose key waits follows as a letter, so that no event
 * overtakes an earlier one of its aggregate; one that is among the letters already is left there.
 * @param time RFC 3339
 */
export function forwardEvents<Heard extends Fact, C extends Command>(
  rules: ReactionRules<Heard, C>,
  waiting: Pick<WaitingEvents, 'has' | 'firstBefore'>,
  records: readonly LogRecord[],
  time: string,
): Forwarded[] {
  /** Of the events put aside just now. */
  const firsts = new Map<string, number>()
  return records
    .filter((record) => !waiting.has(record))
    .map((record) => {
      const ahead = (key: string): string | undefined => {
        const first = waiting.firstBefore(record, key) ?? firsts.get(key)
        return first === undefined ? undefined : `${record.topic}/${record.partition}/${first}`
      }
      const reaction = react(rules, record, time, ahead)
      const key = reaction.parked?.key
      if (key !== undefined && !firsts.has(key)) firsts.set(key, record.offset)
      return { record, ...reaction }
    })
}
