import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'

test('services that share a registry are told apart, under the names that dashboards ask for', async () => {
  const registry = new Registry()
  const [toy, other] = [eventSourcingMetrics('toy', registry), eventSourcingMetrics('other', registry)]
  toy.decided.inc(3)
  other.decided.inc(1)
  toy.batchSize.observe(3)
  toy.transactionSeconds.observe(0.03)
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'commands_decided_total{service="toy"} 3',
      'commands_decided_total{service="other"} 1',
      'command_batch_size_bucket{le="2",service="toy"} 0',
      'command_batch_size_bucket{le="5",service="toy"} 1',
      'command_batch_size_bucket{le="1000",service="toy"} 1',
      'event_transaction_seconds_bucket{le="0.02",service="toy"} 0',
      'event_transaction_seconds_bucket{le="0.05",service="toy"} 1',
      'event_transaction_seconds_bucket{le="5",service="toy"} 1',
    ]),
  )
})
