import { type Decision, refuse } from '../../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../../errors.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { PlanCommand } from './commands.ts'
import type { PlanEvent, UsagePlanState } from './usage-plan.ts'

/** Command + state → events, or a refusal. */
export function decidePlan(command: PlanCommand, { plan }: Partial<UsagePlanState>): Decision<PlanEvent, GatewayErrorCode> {
  switch (command.type) {
    case 'PutUsagePlan':
      if (plan && canonicalJson(plan) === canonicalJson(command.data.plan)) return []
      return [{ type: 'gateway.UsagePlanPut', data: command.data }]
    case 'RemoveUsagePlan':
      if (!plan) return refuse('USAGE_PLAN_UNKNOWN', `There is no plan ${command.data.planId}.`)
      return [{ type: 'gateway.UsagePlanRemoved', data: command.data }]
  }
}
