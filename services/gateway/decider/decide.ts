import type { Decision } from '../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../errors.ts'
import type { GatewayCommand } from './commands.ts'
import { asStages, type GatewayEvent, type GatewayState } from './evolve.ts'
import { decideKey } from './keys/decide.ts'
import { decidePlan } from './plans/decide.ts'
import { decideStages } from './stages/decide.ts'

/** Command + state → events, or a refusal. */
export function decide(command: GatewayCommand, state: GatewayState): Decision<GatewayEvent, GatewayErrorCode> {
  switch (command.type) {
    case 'CreateApiKey':
    case 'RotateApiKey':
    case 'RevokeApiKey':
      return decideKey(command, state.kind === 'api-key' ? state : undefined)
    case 'PutUsagePlan':
    case 'RemoveUsagePlan':
      return decidePlan(command, state.kind === 'usage-plan' ? state : {})
    default:
      return decideStages(command, asStages(state))
  }
}
