import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog, Following } from '../../kafka/event-log.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/decide-command.ts'
import type { Command, Fact } from '../decider.ts'
import type { AwaitedAnswers } from '../reply/reply-registry.ts'
import { type Show, stateView } from './in-memory-view.ts'

export interface OwnEventsOptions<State, C extends Command, Event extends Fact> {
  readonly rules: Rules<State, C, Event>
  readonly eventLog: EventLog
  readonly answers: Pick<AwaitedAnswers<Event, string>, 'see'>
  /** Keeps a view in memory. */
  readonly show?: Show<State> | undefined
  readonly logger: Logger
}

export interface OwnEvents extends Pick<Following, 'stop' | 'silentMs'> {
  /** The view is complete as of the start, and every answer written from now on will be seen. */
  readonly ready: Promise<void>
}

/** Reads the service's own events once for both who need them on every replica: the callers that wait for answers, and the view. */
export function followOwnEvents<State, C extends Command, Event extends Fact>(options: OwnEventsOptions<State, C, Event>): OwnEvents {
  const { rules, eventLog, answers, show, logger } = options
  const view = show && stateView({ rules, eventLog, show, logger })
  const { started, caughtUp, silentMs, stop } = eventLog.follow({
    topics: [eventsOf(rules.service)],
    from: view ? ({ partition }) => view.recover(partition) : 'end',
    onBatch: ({ partition, records }) => {
      view?.take(partition, records)
      // After the view: who has the answer finds it there.
      answers.see(records)
    },
  })
  return {
    ready: view ? caughtUp : started,
    silentMs,
    stop: () => {
      view?.stop()
      return stop()
    },
  }
}
