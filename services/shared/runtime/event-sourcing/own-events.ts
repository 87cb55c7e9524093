import { commandAnsweredType } from '../../contracts/command-answered.ts'
import type { Fact } from '../decider.ts'
import type { EventLog, Following } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { isDecodeFailure, type RecordedEvent } from '../kafka/record.ts'
import type { AwaitedAnswers } from './awaited-answers.ts'
import { currentEvent, type EventReading } from './decode-event.ts'
import { tailEvents } from './tail.ts'
import { eventsOf } from './topic-names.ts'

export interface OwnEventsOptions<Event extends Fact> {
  readonly service: string
  readonly eventLog: EventLog
  readonly reading: EventReading
  readonly answers: Pick<AwaitedAnswers<Event, string>, 'see'>
  /** Keeps a view in memory: then all events are read since the beginning, in order per aggregate. */
  readonly project?: ((event: Event) => void) | undefined
  readonly logger: Logger
}

export interface OwnEvents extends Pick<Following, 'stop' | 'silentMs'> {
  /** The view is complete as of the start, and every answer written from now on will be seen. */
  readonly ready: Promise<void>
}

/** Reads the service's own events once for both who need them on every replica: the callers that wait for answers, and the view. */
export function followOwnEvents<Event extends Fact>(options: OwnEventsOptions<Event>): OwnEvents {
  const { service, eventLog, reading, answers, project, logger } = options
  const leaveOut = ({ topic, partition, offset }: RecordedEvent, reason: object): void =>
    logger.error({ topic, partition, offset, ...reason }, 'own event left out of the view')
  const show = (recorded: RecordedEvent): void => {
    if (!project || recorded.envelope.type === commandAnsweredType(service)) return
    const event = currentEvent(reading, recorded)
    if (isDecodeFailure(event)) {
      leaveOut(recorded, event)
      return
    }
    try {
      // Its data fit the schema of its type: only the pair is not known to the compiler.
      project({ type: event.envelope.type, data: event.data } as Event)
    } catch (err) {
      leaveOut(recorded, { err })
    }
  }
  const tail = tailEvents({
    eventLog,
    topics: [eventsOf(service)],
    from: project ? 'beginning' : 'end',
    onEvents: (events) => {
      events.forEach(show)
      // After the view: who has the answer finds it there.
      answers.see(events)
    },
    logger,
  })
  return { ready: project ? tail.caughtUp : tail.started, stop: tail.stop, silentMs: tail.silentMs }
}
