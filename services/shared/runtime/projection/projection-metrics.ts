import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface ProjectionMetrics {
  readonly applied: Counter<'projection'>
  readonly parked: Counter
  readonly failures: Counter<'projection'>
  readonly failing: Gauge<'projection'>
  readonly transactionSeconds: Histogram
}

/** Without a registry the numbers are counted and shown nowhere. */
export function projectionMetrics(registry?: Registry): ProjectionMetrics {
  const registers = registry ? [registry] : []
  return {
    applied: new Counter({
      name: 'projection_events_total',
      help: 'Events folded into live rows',
      labelNames: ['projection'],
      registers,
    }),
    parked: new Counter({ name: 'records_parked_total', help: 'Records put into the dead letter topic', registers }),
    failures: new Counter({
      name: 'projection_failures_total',
      help: 'Transactions that a projection made fail; each is tried again',
      labelNames: ['projection'],
      registers,
    }),
    failing: new Gauge({
      name: 'projection_failing',
      help: '1 while events wait because of this projection',
      labelNames: ['projection'],
      registers,
    }),
    transactionSeconds: new Histogram({
      name: 'projection_transaction_seconds',
      help: 'Time of a transaction that applies events',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  }
}
