import type { Traffic } from '../core/traffic.ts'
import type { ShopTarget } from './shop-target.ts'

/**
 * What customers ask for, of one replica of the gateway: past its own proxy, but what it asks catalog passes that. An answer that leaves
 * parts out names them in `degraded`: polite, but not a success of the breaker.
 */
export const productPages: Traffic<ShopTarget> = {
  name: 'GET /v1/products',
  send: async (target, gateway) => {
    try {
      const { status, body } = await target.app(gateway, 'app', { method: 'GET', path: '/v1/products' })
      const { degraded, products } = Object(body) as { degraded?: unknown[]; products?: unknown[] }
      return status === 200 && (degraded ?? []).length === 0 && (products ?? []).length > 0
    } catch {
      return false
    }
  },
}
