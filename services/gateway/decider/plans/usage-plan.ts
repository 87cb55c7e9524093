import { type Static, Type } from 'typebox'
import { UsagePlan } from '../../../shared/contracts/api/usage-plans.ts'
import type { DomainEvent, EventTypeOf } from '../../../shared/contracts/events/events.ts'

export type PlanEvent = DomainEvent<Extract<EventTypeOf<'gateway'>, `gateway.UsagePlan${string}`>>

/** One plan; without it, the plan was removed. */
export const UsagePlanState = Type.Object({ kind: Type.Literal('usage-plan'), plan: Type.Optional(UsagePlan) })
export type UsagePlanState = Static<typeof UsagePlanState>

/** Event → state. */
export const evolvePlan = (event: PlanEvent): UsagePlanState =>
  event.type === 'gateway.UsagePlanPut' ? { kind: 'usage-plan', plan: event.data.plan } : { kind: 'usage-plan' }
