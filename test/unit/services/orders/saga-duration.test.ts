import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { ordersService } from '../../../../services/orders/app.ts'
import type { OrderState } from '../../../../services/orders/decider/evolve.ts'
import { orderSnapshot, respondBy } from '../../order-snapshots.ts'

const timeoutMs = 15 * 60_000
const { order, requestHash } = { order: orderSnapshot('1', ['2 MUG']), requestHash: 'h' }

test('an order takes from its placing to its confirmation or cancellation; what happens later is not counted', async () => {
  const registry = new Registry()
  const sevenSecondsLater = new Date(Date.parse(respondBy) - timeoutMs + 7_000)
  const { onChanged } = ordersService(timeoutMs, () => sevenSecondsLater, registry)
  const inStatus = (status: 'reserved' | 'paid' | 'confirmed' | 'shipped' | 'cancelled'): OrderState => ({
    status,
    order,
    requestHash,
    respondBy,
  })
  onChanged?.({ status: 'unplaced' }, { status: 'placed', order, requestHash, respondBy, reservedSkus: [] })
  onChanged?.(inStatus('reserved'), inStatus('paid'))
  onChanged?.(inStatus('paid'), inStatus('confirmed'))
  onChanged?.(inStatus('confirmed'), inStatus('shipped'))
  onChanged?.(inStatus('confirmed'), inStatus('cancelled'))
  onChanged?.({ status: 'unplaced' }, inStatus('cancelled'))
  const lines = (await registry.metrics()).split('\n')
  expect(lines.filter((line) => /_(sum|count)/.test(line))).toEqual([
    'saga_duration_seconds_sum{saga="order",outcome="confirmed"} 7',
    'saga_duration_seconds_count{saga="order",outcome="confirmed"} 1',
    'saga_duration_seconds_sum{saga="order",outcome="cancelled"} 7',
    'saga_duration_seconds_count{saga="order",outcome="cancelled"} 1',
  ])
})
