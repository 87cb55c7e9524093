import type { EventData } from '../../shared/contracts/index.ts'
import type { Project } from '../../shared/runtime/projection/projection.ts'
import { type ToldType, timelineTexts } from './timeline-texts.ts'

const steps = Object.keys(timelineTexts)
const insert = 'INSERT INTO timeline (order_id, event_id, time, step, type, text) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING'

/** Adds a line to an order's timeline. */
export const tell =
  <Type extends ToldType>(type: Type): Project<EventData<Type>> =>
  async ({ data, envelope }, queries) => {
    // Each text takes the data of its own type, which TypeScript cannot follow through the type parameter.
    const text = (timelineTexts[type] as (data: EventData<Type>) => string)(data)
    await queries.query(insert, [orderOf(data), envelope.id, envelope.time, steps.indexOf(type), type, text])
  }

const orderOf = (data: EventData<ToldType>): string => ('order' in data ? data.order.orderId : data.orderId)
