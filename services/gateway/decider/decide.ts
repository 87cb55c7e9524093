import type { Decision } from '../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../errors.ts'
import type { GatewayCommand } from './commands.ts'
import { asStages, type GatewayEvent, type GatewayState } from './evolve.ts'
import { decideStages } from './stages/decide.ts'

/** Command + state → events, or a refusal. */
export function decide(command: GatewayCommand, state: GatewayState): Decision<GatewayEvent, GatewayErrorCode> {
  return decideStages(command, asStages(state))
}
