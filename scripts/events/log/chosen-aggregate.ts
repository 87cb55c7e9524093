import { CommandError, UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import type { Request } from '../command.ts'
import { type AggregateKind, aggregateKinds, isAggregateKind } from './aggregate.ts'
import { newestAggregates } from './newest-aggregates.ts'

/** In place of an id: the aggregate whose newest event is the newest. */
export const last = 'last'

/** @throws UsageError that names the kinds there are */
export function kindOf(word: string): AggregateKind {
  if (isAggregateKind(word)) return word
  throw new UsageError(unknown('kind of aggregate', word, aggregateKinds))
}

/** @param word an id, or `last` @throws CommandError when there is none yet */
export async function idOf({ eventLog }: Pick<Request, 'eventLog'>, kind: AggregateKind, word: string): Promise<string> {
  if (word !== last) return word
  const [newest] = await newestAggregates(await eventLog(), { kind, limit: 1 })
  if (newest === undefined) throw new CommandError(`there is no ${kind} in the log yet`)
  return newest.id
}
