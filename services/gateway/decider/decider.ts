import { type Decider, identityCodec } from '../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../errors.ts'
import type { GatewayCommand } from './commands.ts'
import { decide } from './decide.ts'
import { evolve, type GatewayEvent, GatewayState, initial } from './evolve.ts'

/** The rules of what operators publish. */
export const gatewayDecider: Decider<GatewayState, GatewayCommand, GatewayEvent, GatewayErrorCode> = {
  initial,
  decide,
  evolve,
  snapshot: identityCodec(GatewayState, 2),
}
