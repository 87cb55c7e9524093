import type { TSchema } from 'typebox'
import type { Fact } from './decider.ts'
import { type Tail, tailEvents } from './event-sourcing/tail.ts'
import { eventsOf } from './event-sourcing/topic-names.ts'
import type { EventLog } from './kafka/event-log.ts'
import { dataCheck, type RecordedEvent } from './kafka/record.ts'
import type { Logger } from './logger.ts'

interface OwnEventsOptions<Event extends Fact> {
  readonly service: string
  readonly eventLog: EventLog
  readonly eventSchemas: Readonly<Record<Event['type'], TSchema>>
  readonly project: (event: Event) => void
  readonly logger: Logger
}

/** Reads the service's own events from the beginning into a view in memory; each replica has all of them. */
export function projectOwnEvents<Event extends Fact>({ service, eventLog, eventSchemas, project, logger }: OwnEventsOptions<Event>): Tail {
  const check = dataCheck(eventSchemas)
  const isOwn = (event: Fact): event is Event => Object.hasOwn(eventSchemas, event.type)
  const apply = ({ envelope: { type, id }, data, topic, partition, offset }: RecordedEvent): void => {
    const event: Fact = { type, data }
    // CommandAnswered and what a newer version of us says are no facts of this view.
    if (!isOwn(event)) return
    const mismatch = check(type, data)
    if (mismatch)
      logger.warn({ id, type, topic, partition, offset, ...mismatch }, 'own event does not fit its schema, left out of the view')
    else project(event)
  }
  return tailEvents({ eventLog, topics: [eventsOf(service)], from: 'beginning', onEvents: (events) => events.forEach(apply), logger })
}
