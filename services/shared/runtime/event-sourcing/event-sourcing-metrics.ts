import { Counter, Histogram, type Registry } from 'prom-client'

export interface EventSourcingMetrics {
  readonly decided: Counter
  readonly parked: Counter
  readonly batchSize: Histogram
  readonly transactionSeconds: Histogram
}

/** Without a registry the numbers are counted and shown nowhere. */
export function eventSourcingMetrics(registry?: Registry): EventSourcingMetrics {
  const registers = registry ? [registry] : []
  return {
    decided: new Counter({ name: 'commands_decided_total', help: 'Commands answered, refusals included', registers }),
    parked: new Counter({ name: 'records_parked_total', help: 'Records put into the dead letter topic', registers }),
    batchSize: new Histogram({
      name: 'command_batch_size',
      help: 'Commands per transaction',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    }),
    transactionSeconds: new Histogram({
      name: 'event_transaction_seconds',
      help: 'Time from the begin of a transaction to its commit',
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
  }
}
