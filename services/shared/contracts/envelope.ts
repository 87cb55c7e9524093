import { type Static, Type } from 'typebox'

const Id = Type.String({ minLength: 1, maxLength: 128 })

/**
 * As the format `date-time`, which takes seven times as long to check: every record that is read has one.
 * Years have four digits and begin with one from 1 to 9: RFC 3339 has a year 0, which PostgreSQL has not.
 */
const dateTime =
  '^[1-9]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$'

/**
 * What travels in the headers of every Kafka record; the key is `aggregateId`, the value is the data as JSON.
 * Header names are these property names.
 */
export const Envelope = Type.Object({
  id: Id,
  /** `orders.OrderPlaced` or, for a command, `ReserveStock`. */
  type: Type.String({
    pattern: '^([a-z][a-z0-9-]*\\.)?[A-Z][A-Za-z0-9]*$',
    maxLength: 100,
  }),
  schemaVersion: Type.Integer({ minimum: 1 }),
  aggregateId: Id,
  /** Of the aggregate after this event, 1..n without gaps; 0 on commands and on `CommandAnswered`. */
  version: Type.Integer({ minimum: 0 }),
  /** Refuse the command unless the aggregate has this version. Commands only. */
  expectedVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  causationId: Id,
  /** The same through a whole saga: the order id where there is one. */
  correlationId: Id,
  traceparent: Type.Optional(Type.String({ maxLength: 100 })),
  /** `topic/partition/offset` of the command that an event answers. */
  source: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]+/\\d+/\\d+$' })),
  /** RFC 3339. */
  time: Type.String({ pattern: dateTime }),
})
export type Envelope = Static<typeof Envelope>

/** What log lines and spans call a correlation id: an order's id is called so. */
export const correlationLabel = (correlationId: string): Record<string, string> =>
  correlationId.startsWith('ord_') ? { orderId: correlationId } : { correlationId }
