import type { Breaker, HostBreaker, PoolBreaker } from '../../../scripts/breaker-watch/breaker.ts'
import type { BreakerWatch, Look } from '../../../scripts/breaker-watch/breaker-watch.ts'

/** A wall with every state on it, of services that are not ours. */

const of = (service: string, caller: string) => ({
  caller,
  callerNamespace: 'reading',
  hostname: `${service}.reading.svc.cluster.local`,
  port: 9080,
  subset: '',
})

const pool = (service: string, caller: string, more: Partial<PoolBreaker> = {}): PoolBreaker => ({
  kind: 'pool',
  ...of(service, caller),
  host: `${service} pool`,
  state: 'closed',
  refused: 0,
  ejections: 0,
  latencyMs: { p50: 4.2, p99: 38 },
  ...more,
})

const host = (service: string, caller: string, name: string, more: Partial<HostBreaker> = {}): HostBreaker => ({
  kind: 'host',
  ...of(service, caller),
  host: name,
  state: 'closed',
  requests: 1204,
  active: 0,
  succeeded: 1204,
  failed: 0,
  failuresInARow: 0,
  ejectsAt: 5,
  ejections: 0,
  backOff: 0,
  ...more,
})

const longName = 'reviews-with-a-very-long-deployment-name-7d9f8c6b5d-x2x9q'
const caller = 'productpage-v1-6c5d8f8b9-kk2lm'

/** Nothing ejects it. */
const { ejectsAt: _, ...collector } = host('tracing', caller, '10.244.0.190:4318')

export const manyBreakers = (atMs: number): readonly Breaker[] => [
  pool('reviews', caller),
  host('reviews', caller, 'reviews-v1-0', { failed: 2, failuresInARow: 2 }),
  host('reviews', caller, 'reviews-v2-0', {
    state: 'ejected',
    failed: 5,
    failuresInARow: 5,
    ejections: 1,
    sinceMs: atMs - 12_000,
    returnsAtMs: atMs + 18_000,
    cause: 'consecutive 5xx',
  }),
  host('reviews', caller, longName, { state: 'probation', failed: 5, ejections: 2 }),
  pool('ratings', caller, { state: 'overflow', refused: 1840, cause: 'rq_pending_open' }),
  host('ratings', caller, 'ratings-0'),
  pool('ratings', 'reviews-v2-0'),
  host('ratings', 'reviews-v2-0', 'ratings-0'),
  pool('tracing', caller),
  collector,
  pool('details', caller),
  host('details', caller, 'details-0', { requests: 0, succeeded: 0 }),
]

/** What a watch tells that sees what `breakers` returns at each moment. */
export function watchOf(breakers: (atMs: number) => readonly Breaker[], periodMs = 200): BreakerWatch {
  const look = (): Look => ({ atMs: Date.now(), breakers: breakers(Date.now()), changes: [], silent: ['reviews-v2-0'] })
  const [name] = breakers(0).filter(({ state }) => state === 'ejected')
  return {
    now: look,
    changes: () =>
      name ? [{ ...name, atMs: Date.UTC(2026, 0, 31, 12), from: 'closed', to: 'ejected', cause: 'consecutive 5xx', lastedMs: 61_000 }] : [],
    watch: async function* (signal) {
      while (!signal.aborted) {
        yield look()
        await new Promise((resolve) => setTimeout(resolve, periodMs))
      }
    },
  }
}
