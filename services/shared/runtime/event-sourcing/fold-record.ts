import { commandAnsweredType } from '../../contracts/command-answered.ts'
import type { Fact } from '../decider.ts'
import type { LogRecord } from '../kafka/event-log.ts'
import { decodeRecord, isDecodeFailure } from '../kafka/record.ts'
import type { Aggregate } from './aggregates.ts'
import type { Rules } from './decide-command.ts'

/** What is known of a partition: enough to go on deciding. Rebuilt from `<service>.events[p]`, and ahead of nobody. */
export interface Memory<State> {
  readonly aggregates: Map<string, Aggregate<State>>
  /** Next record of the events partition to fold. */
  eventsOffset: number
  /** Next command to decide: past the last source offset found in the events. */
  commandsOffset: number
}

export const emptyMemory = <State>(): Memory<State> => ({ aggregates: new Map(), eventsOffset: 0, commandsOffset: 0 })

/** Why a record of our own events cannot be folded. */
export interface Strange {
  readonly code: string
  readonly detail: string
}

/** Takes one record of the events partition into the memory; the memory stays as it was when the record is strange. */
export function foldRecord<State, Event extends Fact>(
  {
    service,
    decider,
    checkEvent,
  }: Pick<Rules<State, never, Event>, 'service' | 'checkEvent'> & {
    readonly decider: { readonly initial: State; evolve(state: State, event: Event): State }
  },
  memory: Memory<State>,
  record: LogRecord,
  commandsPartition: string,
): Strange | undefined {
  const recorded = decodeRecord(record)
  if (isDecodeFailure(recorded)) return { code: recorded.failure, detail: recorded.detail }
  const { envelope, data } = recorded
  if (envelope.type !== commandAnsweredType(service)) {
    const failure = checkEvent(envelope.type, data)
    if (failure) return { code: failure.failure, detail: failure.detail }
    const { state, version } = memory.aggregates.get(envelope.aggregateId) ?? { state: decider.initial, version: 0 }
    if (envelope.version !== version + 1) return { code: 'VERSION_OUT_OF_ORDER', detail: `${envelope.version} follows ${version}` }
    try {
      // The data was held against the schema of this type: only the pair is not known to the compiler.
      const next = decider.evolve(state, { type: envelope.type, data } as Event)
      memory.aggregates.set(envelope.aggregateId, { state: next, version: envelope.version })
    } catch (error) {
      return { code: 'EVOLVE_FAILED', detail: error instanceof Error ? error.message : String(error) }
    }
  }
  const [, offset] = envelope.source?.startsWith(commandsPartition) ? envelope.source.split(commandsPartition) : []
  if (offset !== undefined) memory.commandsOffset = Math.max(memory.commandsOffset, Number(offset) + 1)
  return undefined
}
