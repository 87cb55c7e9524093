import type { StoredKey } from '../../../../../services/gateway/decider/keys/api-key.ts'
import type { KeyRing } from '../../../../../services/gateway/plans/key-ring.ts'
import type { UsagePlan } from '../../../../../services/shared/contracts/api/usage-plans.ts'

/** A ring of these keys and plans. */
export const ringOf = (keys: readonly StoredKey[], plans: readonly UsagePlan[]): KeyRing => ({
  key: (id) => keys.find((key) => key.id === id),
  keys: () => keys,
  plan: (id) => plans.find((plan) => plan.id === id),
  plans: () => plans,
})
