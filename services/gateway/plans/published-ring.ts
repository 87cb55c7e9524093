import type { UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import type { StoredKey } from '../decider/keys/api-key.ts'
import type { GatewayView } from '../state/gateway-state.ts'
import type { KeyRing } from './key-ring.ts'

/** Keys and plans as operators have published them; `update` is told of every change. */
export function publishedRing(): KeyRing & { readonly update: GatewayView } {
  const keys = new Map<string, StoredKey>()
  const plans = new Map<string, UsagePlan>()
  return {
    key: (id) => keys.get(id),
    keys: () => keys.values(),
    plan: (id) => plans.get(id),
    plans: () => plans.values(),
    update: (aggregateId, state) => {
      if (state.kind === 'api-key') keys.set(state.key.id, state.key)
      if (state.kind !== 'usage-plan') return
      if (state.plan) plans.set(state.plan.id, state.plan)
      else plans.delete(planOfAggregate(aggregateId))
    },
  }
}

/** Aggregates of all kinds share the gateway's topics, and their ids must differ. */
export const keyAggregate = (keyId: string): string => `key-${keyId}`
export const planAggregate = (planId: string): string => `plan-${planId}`
const planOfAggregate = (aggregateId: string): string => aggregateId.replace(/^plan-/, '')
