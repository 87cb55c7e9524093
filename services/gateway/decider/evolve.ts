import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'
import { evolveStages, initialStages, Stages } from './stages/stages.ts'

export type GatewayEvent = EventsOf<'gateway'>

/** One aggregate of any kind; which kind one is, its first event says. */
export const GatewayState = Type.Union([Type.Object({ kind: Type.Literal('unused') }), Stages])
export type GatewayState = Static<typeof GatewayState>

export const initial: GatewayState = { kind: 'unused' }

/** The aggregate as stages, if it is not of another kind. */
export const asStages = (state: GatewayState): Stages => (state.kind === 'stages' ? state : initialStages)

/** State + event → state. */
export function evolve(state: GatewayState, event: GatewayEvent): GatewayState {
  return evolveStages(asStages(state), event)
}
