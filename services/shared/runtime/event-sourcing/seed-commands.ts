import { setTimeout as delay } from 'node:timers/promises'
import { deriveId } from '../messaging/derive-id.ts'
import type { Logger } from '../process/logger.ts'
import type { Addressed, Command, Fact } from './decider.ts'
import type { EventSourcing } from './start-event-sourcing.ts'

interface OpeningOptions<C extends Command, Event extends Fact, Code extends string> {
  readonly service: string
  readonly submit: EventSourcing<C, Event, Code>['submit']
  readonly commands: readonly Addressed<C>[]
  readonly logger: Logger
  /** Ends the waiting when the process stops. */
  readonly signal: AbortSignal
}

/** Milliseconds to wait for one answer: long enough for a partition to find its owner. */
const patience = 10_000
/** Milliseconds before the log is asked again after it could not be reached. */
const pause = 1000

/**
 * Gives the commands with which a new shop begins, until each is answered. Every replica does it at every start:
 * the commands' ids are always the same and their aggregates answer them once.
 */
export async function open<C extends Command, Event extends Fact, Code extends string>(
  options: OpeningOptions<C, Event, Code>,
): Promise<void> {
  const { service, submit, commands, logger, signal } = options
  const answered = async (addressed: Addressed<C>): Promise<boolean> => {
    const id = deriveId('opening', service, addressed.command.type, addressed.aggregateId)
    try {
      const outcome = await submit({ ...addressed, id, correlationId: id }, patience)
      if (outcome.status === 'refused') logger.error({ ...outcome, aggregateId: addressed.aggregateId }, 'opening command refused')
      return outcome.status !== 'pending'
    } catch (err) {
      logger.warn({ err, aggregateId: addressed.aggregateId }, 'opening command not written yet')
      await delay(pause, undefined, { signal })
      return false
    }
  }
  const insist = async (addressed: Addressed<C>): Promise<void> => {
    while (!signal.aborted && !(await answered(addressed)));
  }
  await Promise.all(commands.map(insist))
}
