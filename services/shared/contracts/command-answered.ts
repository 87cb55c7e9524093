import { type Static, Type } from 'typebox'

/**
 * Written by the partition processor when a command changed nothing: refused (with the service's error code) or already answered.
 * It moves the source offset and tells the waiting caller; it is no fact of the domain and carries no version of its own.
 */
export const CommandAnswered = Type.Object({
  commandId: Type.String(),
  commandType: Type.String(),
  outcome: Type.Union([Type.Literal('refused'), Type.Literal('unchanged')]),
  code: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  /** Of the aggregate, which the command left as it was. Missing in older answers, and where the aggregate is not known. */
  aggregateVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  /** `topic/partition/offset` of the first record that answered a command of this id before: that answer holds. Always `unchanged` beside it. */
  repeats: Type.Optional(Type.String()),
})
export type CommandAnswered = Static<typeof CommandAnswered>

/** `orders.CommandAnswered` in `orders.events`, and so on. */
export const commandAnsweredType = (service: string): string => `${service}.CommandAnswered`
