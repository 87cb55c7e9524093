import { Type } from 'typebox'
import { PlanId, UsagePlan } from '../../../shared/contracts/api/usage-plans.ts'
import { Time } from '../../../shared/contracts/values.ts'
import type { CommandOf } from '../../../shared/runtime/event-sourcing/decider.ts'

/** What can be done to a plan; keyed by its id. */
export const planCommands = {
  /** Makes it, or makes it what is said here. */
  PutUsagePlan: Type.Object({ plan: UsagePlan, at: Time }),
  RemoveUsagePlan: Type.Object({ planId: PlanId, at: Time }),
}

export type PlanCommand = CommandOf<typeof planCommands>
