import type { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { metricsIn, parkedRecords } from '../process/metrics.ts'

export interface ProjectionMetrics {
  readonly applied: Counter<'projection'>
  readonly parked: Counter.Internal
  readonly failures: Counter<'projection'>
  readonly failing: Gauge<'projection'>
  readonly transactionSeconds: Histogram
  /** Shows how long changes of rows have waited for their way into the log. */
  showOutboxAge(ageMs: () => number): void
}

/** Several services may share a registry. Without one the numbers are counted and shown nowhere. */
export function projectionMetrics(service: string, registry?: Registry, prefix?: string): ProjectionMetrics {
  const { counter, gauge, histogram } = metricsIn(registry, prefix)
  return {
    applied: counter({
      name: 'projection_events_total',
      help: 'Events folded into live rows',
      labelNames: ['projection'],
    }),
    parked: parkedRecords(service, registry, prefix),
    failures: counter({
      name: 'projection_failures_total',
      help: 'Transactions that a projection made fail; each is tried again',
      labelNames: ['projection'],
    }),
    failing: gauge({
      name: 'projection_failing',
      help: '1 while events wait because of this projection',
      labelNames: ['projection'],
    }),
    transactionSeconds: histogram({
      name: 'projection_transaction_seconds',
      help: 'Time of a transaction that applies events',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    showOutboxAge: (ageMs) => {
      gauge({
        name: 'projection_outbox_age_seconds',
        help: 'How long the oldest change of a row has waited to be written to its feed; 0 when none waits',
        collect() {
          this.set(ageMs() / 1000)
        },
      })
    },
  }
}
