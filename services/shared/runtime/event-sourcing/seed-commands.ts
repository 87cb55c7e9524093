import { setTimeout as delay } from 'node:timers/promises'
import { deriveId } from '../messaging/derive-id.ts'
import type { Logger } from '../process/logger.ts'
import type { Command, CommandMessage, DomainEvent } from './decider.ts'
import type { EventSourcing } from './start-event-sourcing.ts'

interface SeedCommandsOptions<C extends Command, Event extends DomainEvent, Code extends string> {
  readonly service: string
  readonly submit: EventSourcing<C, Event, Code>['submit']
  readonly commands: readonly CommandMessage<C>[]
  readonly logger: Logger
  /** Ends the waiting when the process stops. */
  readonly signal: AbortSignal
}

/** Milliseconds to wait for one answer: long enough for a partition to find its owner. */
const answerTimeoutMs = 10_000
/** Milliseconds before the log is asked again after it could not be reached. */
const retryMs = 1000

/**
 * Gives the commands with which a new shop begins, until each is answered. Every replica does it at every start:
 * the commands' ids are always the same and their aggregates answer them once.
 */
export async function submitSeedCommands<C extends Command, Event extends DomainEvent, Code extends string>(
  options: SeedCommandsOptions<C, Event, Code>,
): Promise<void> {
  const { service, submit, commands, logger, signal } = options
  const answered = async (addressed: CommandMessage<C>): Promise<boolean> => {
    // The ids are in the logs of shops that began long ago: the word stays.
    const id = deriveId('opening', service, addressed.command.type, addressed.aggregateId)
    try {
      const outcome = await submit({ ...addressed, id, correlationId: id }, answerTimeoutMs)
      if (outcome.status === 'refused') logger.error({ ...outcome, aggregateId: addressed.aggregateId }, 'seed command refused')
      return outcome.status !== 'pending'
    } catch (err) {
      logger.warn({ err, aggregateId: addressed.aggregateId }, 'seed command not written yet')
      await delay(retryMs, undefined, { signal })
      return false
    }
  }
  const insist = async (addressed: CommandMessage<C>): Promise<void> => {
    while (!signal.aborted && !(await answered(addressed)));
  }
  await Promise.all(commands.map(insist))
}
