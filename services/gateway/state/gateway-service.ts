import type { EventSourcedService } from '../../shared/runtime/event-sourced-service.ts'
import type { GatewayCommand } from '../decider/commands.ts'
import type { GatewayEvent, GatewayState } from '../decider/evolve.ts'
import { type GatewayErrorCode, gatewayErrors } from '../errors.ts'
import { stageTable } from '../stages/stage-table.ts'
import { gatewayRules } from './gateway-state.ts'

/** The gateway's write side alone, as others' are: what scripts and tests know of the shop's rules. Its process is main.ts, which works without Kafka. */
export function gatewayService(): EventSourcedService<GatewayState, GatewayCommand, GatewayEvent, GatewayErrorCode, never> {
  return { ...gatewayRules, problems: gatewayErrors, view: stageTable().update }
}
