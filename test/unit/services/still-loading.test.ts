import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { EventSourcedService } from '../../../services/shared/runtime/event-sourced-service.ts'
import { startEventSourcedService } from '../../../services/shared/runtime/event-sourced-service.ts'
import { createMetrics } from '../../../services/shared/runtime/process/metrics.ts'
import { orderId } from '../../unit/order-snapshots.ts'
import { writeSide } from './write-side.ts'

/** Nothing listens here, so nothing is ever loaded. */
const config = { KAFKA_BROKERS: '127.0.0.1:1', KAFKA_SECURITY: 'plaintext' as const }

test.concurrent.each([
  ['catalog', 'GET', '/products'],
  ['catalog', 'GET', '/products/MUG-BLUE'],
  ['inventory', 'GET', '/availability/MUG-BLUE'],
  ['shipping', 'GET', `/shipments/${orderId('1')}`],
  ['payments', 'GET', '/customers/ada/credit'],
  ['orders', 'POST', `/orders/${orderId('1')}/cancel`],
  ['orders', 'POST', '/orders'],
] as const)('%s answers 503 to %s %s until its view is complete', async (name, method, url) => {
  const definition = writeSide[name].service as unknown as EventSourcedService<unknown, never, never, never, never>
  const context = { config, logger: pino({ level: 'silent' }), metrics: createMetrics({ service: name, pod: 'test' }) }
  const { app, stop } = await startEventSourcedService(definition, context)
  try {
    const answer = await app.inject({ method, url })
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([503, 'STILL_LOADING', '1'])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    expect((await app.inject('/readyz')).json().waitingFor).toContain('seed commands')
    expect((await app.inject('/nothing')).statusCode).toBe(404)
  } finally {
    await app.close()
    await stop()
  }
})
