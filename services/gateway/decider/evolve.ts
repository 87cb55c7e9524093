import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'
import { ApiKeyState, evolveKey } from './keys/api-key.ts'
import { evolvePlan, UsagePlanState } from './plans/usage-plan.ts'
import { evolveStages, initialStages, Stages } from './stages/stages.ts'

export type GatewayEvent = EventsOf<'gateway'>

/** One aggregate of any kind; which kind one is, its first event says. */
export const GatewayState = Type.Union([Type.Object({ kind: Type.Literal('unused') }), Stages, ApiKeyState, UsagePlanState])
export type GatewayState = Static<typeof GatewayState>

export const initial: GatewayState = { kind: 'unused' }

/** The aggregate as stages, if it is not of another kind. */
export const asStages = (state: GatewayState): Stages => (state.kind === 'stages' ? state : initialStages)

/** State + event → state. */
export function evolve(state: GatewayState, event: GatewayEvent): GatewayState {
  switch (event.type) {
    case 'gateway.ApiKeyCreated':
    case 'gateway.ApiKeyRotated':
    case 'gateway.ApiKeyRevoked':
      return evolveKey(state.kind === 'api-key' ? state : undefined, event)
    case 'gateway.UsagePlanPut':
    case 'gateway.UsagePlanRemoved':
      return evolvePlan(event)
    default:
      return evolveStages(asStages(state), event)
  }
}
