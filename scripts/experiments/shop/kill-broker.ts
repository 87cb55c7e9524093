import type { Action } from '../core/action.ts'
import type { ShopTarget } from './shop-target.ts'

/** Kills the broker; whoever keeps it running starts it again, with `hold` (on the laptop) not before this is rolled back. */
export const killBroker = (target: ShopTarget, { hold = false } = {}): Action => ({
  description: hold ? 'the broker, held dead' : 'the broker, killed',
  apply: () => target.killBroker({ hold }),
  rollback: () => target.resumeBroker(),
})
