import { settings as kind } from './kind.ts'
import { withObservability } from './with-observability.ts'

/** `OBSERVABILITY=1 make deploy`. Small bounds, because all of it runs on one machine. */
export const settings = withObservability(kind, {
  tracesPercent: 100,
  breakers: true,
  metricsEverySeconds: 10,
  stores: {
    kind: 'in-cluster',
    logs: { days: 7, gibibytes: 2 },
    traces: { hours: 24, gibibytes: 2 },
    metrics: { days: 3, gibibytes: 2 },
  },
  // The node's own address, which is different on each machine.
  apiServer: { network: '0.0.0.0/0', port: 6443 },
})
