import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog, Following } from '../../kafka/event-log.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { ReplyRegistry } from '../reply/reply-registry.ts'
import { inMemoryView, type UpdateView } from './in-memory-view.ts'

export interface OwnEventsOptions<State, C extends Command, Event extends DomainEvent> {
  readonly rules: Rules<State, C, Event>
  readonly eventLog: EventLog
  readonly replies: Pick<ReplyRegistry<Event, string>, 'see'>
  /** Keeps a view in memory. */
  readonly updateView?: UpdateView<State> | undefined
  readonly logger: Logger
}

export interface OwnEvents extends Pick<Following, 'stop' | 'stalenessMs'> {
  /** The view is complete as of the start, and every answer written from now on will be seen. */
  readonly ready: Promise<void>
}

/** Reads the service's own events once for both who need them on every replica: the callers that wait for answers, and the view. */
export function followOwnEvents<State, C extends Command, Event extends DomainEvent>(
  options: OwnEventsOptions<State, C, Event>,
): OwnEvents {
  const { rules, eventLog, replies, updateView, logger } = options
  const view = updateView && inMemoryView({ rules, eventLog, update: updateView, logger })
  const { started, caughtUp, stalenessMs, stop } = eventLog.follow({
    topics: [eventsOf(rules.service)],
    from: view ? ({ partition }) => view.recover(partition) : 'end',
    onBatch: ({ partition, records }) => {
      view?.take(partition, records)
      // After the view: who has the answer finds it there.
      replies.see(records)
    },
  })
  return {
    ready: view ? caughtUp : started,
    stalenessMs,
    stop: () => {
      view?.stop()
      return stop()
    },
  }
}
