import type { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { metricsIn, parkedRecords } from '../process/metrics.ts'

/** Of one service. */
export interface EventSourcingMetrics {
  readonly decided: Counter.Internal
  readonly parked: Counter.Internal
  readonly batchSize: Histogram.Internal<'service'>
  readonly transactionSeconds: Histogram.Internal<'service'>
  /** Commands that wait behind one that could not be decided, and that one. */
  readonly quarantinedCommands: Gauge.Internal<'service'>
  /** Events of others that wait to be redriven or discarded. */
  readonly quarantinedEvents: Gauge.Internal<'service'>
}

/** Several services may share a registry. Without one the numbers are counted and shown nowhere. */
export function eventSourcingMetrics(service: string, registry?: Registry, prefix?: string): EventSourcingMetrics {
  const { counter, gauge, histogram } = metricsIn(registry, prefix)
  const labelNames = ['service'] as const
  return {
    decided: counter({ name: 'commands_decided_total', help: 'Commands answered, refusals included', labelNames }).labels({ service }),
    parked: parkedRecords(service, registry, prefix),
    batchSize: histogram({
      name: 'command_batch_size',
      help: 'Commands per transaction',
      labelNames,
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    }).labels({ service }),
    transactionSeconds: histogram({
      name: 'event_transaction_seconds',
      help: 'Time from the begin of a transaction to its commit',
      labelNames,
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    }).labels({ service }),
    quarantinedCommands: gauge({
      name: 'commands_quarantined',
      help: 'Commands that wait in quarantine, in the partitions of this process',
      labelNames,
    }).labels({ service }),
    quarantinedEvents: gauge({
      name: 'events_quarantined',
      help: 'Events of other services that wait among the dead letters, as far as this process has read them',
      labelNames,
    }).labels({ service }),
  }
}
