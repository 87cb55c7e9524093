import type { Matrix } from '../../../scripts/experiments/core/matrix-schema.ts'
import type { ExperimentResult, Series, Traffic } from '../../../scripts/experiments/core/result.ts'

/** Results that are hard to draw; real ones are beside this file. */

const base: ExperimentResult = {
  name: 'inventory-hung',
  target: 'cluster',
  hypothesis: 'A hung inventory costs a product page its stock figures and nothing else.',
  startedAt: '2026-11-28T15:40:00.000Z',
  durationMs: 61_300,
  config: { delayMs: 5000 },
  verdict: 'pass',
  checks: [{ name: 'pages answered 200', expected: { min: 0.99 }, actual: 1, passed: true }],
  negativeControl: {
    change: 'the timeout removed',
    checks: [{ name: 'pages answered 200', expected: { min: 0.99 }, actual: 0.2, passed: false }],
    failedAsItMust: true,
  },
  timeline: [],
  invariants: [{ name: 'orders lost', expected: 0, actual: 0, passed: true }],
  rollback: { done: true, remains: [] },
}

const wide = 'inventory-with-a-very-long-name-7d9f8c6b5d-x2x9q.warehouse-of-the-northern-region'

/** One sample a tenth of a second for 30 s: full every other second, refusing 1 to 9 requests each time. */
const crowdedPool = (caller: string): Series => ({
  caller,
  host: 'inventory pool',
  samples: Array.from({ length: 300 }, (_, n) => {
    const isFull = n % 20 < 10
    return {
      atMs: 4000 + n * 100,
      state: isFull ? 'overflow' : 'closed',
      ...(isFull && { cause: 'rq_pending_open', refused: 1 + (n % 9) }),
    }
  }),
})

const hostSeries = (caller: string, n: number): Series => ({
  caller,
  host: n === 1 ? wide : `inventory-${n}`,
  samples:
    n < 4
      ? [
          { atMs: 4000, state: 'closed' },
          { atMs: 8000 + 1000 * n, state: 'ejected', cause: 'consecutive gateway failure', requests: 5, failed: 5 },
          { atMs: 13_000 + 1000 * n, state: 'probation' },
          { atMs: 13_400 + 1000 * n, state: 'closed', requests: 1200 },
          { atMs: 20_000 + 1000 * n, state: 'ejected', cause: 'consecutive gateway failure', requests: 5, failed: 5 },
          { atMs: 33_900, state: 'ejected' },
        ]
      : [
          { atMs: 4000, state: 'closed' },
          { atMs: 9000, state: 'closed', requests: 900 },
          { atMs: 33_900, state: 'closed' },
        ],
})

const callers = ['gateway-0', 'gateway-with-a-long-pod-name-5f7c9d8b44-kk2lm']

const traffic = (hangs: boolean): Traffic[] =>
  callers.map((caller) => ({
    caller,
    binMs: 500,
    deadlineMs: 1000,
    bins: Array.from({ length: 60 }, (_, n) => {
      const isBroken = n > 8 && n < 40
      const ok = isBroken && hangs ? 2 : 20
      return {
        atMs: 4000 + n * 500,
        sent: 24,
        ok,
        refused: isBroken && !hangs ? 4 : 0,
        failed: 24 - ok,
        ...(ok > 0 && { p50Ms: isBroken && hangs ? 4800 : 12 + (n % 4), p99Ms: isBroken ? (hangs ? 5400 : 240) : 40 + (n % 7) }),
      }
    }),
  }))

const crowded: ExperimentResult = {
  ...base,
  summary: 'With a hung inventory, 99.8 % of 2,880 product pages were answered within a second, without stock figures.',
  events: [
    { atMs: 8500, what: 'fault injected: fault.http.delay.fixed_duration_ms in the proxies of 12 replicas of inventory' },
    { atMs: 8600, what: 'burst of 600 requests begins' },
    { atMs: 24_000, what: 'fault removed' },
  ],
  timeline: callers.flatMap((caller) => [crowdedPool(caller), ...Array.from({ length: 12 }, (_, n) => hostSeries(caller, n))]),
  traffic: traffic(false),
  negativeControl: {
    change: 'the timeout removed',
    checks: [{ name: 'pages answered 200', expected: { min: 0.99 }, actual: 0.2, passed: false }],
    failedAsItMust: true,
    events: [{ atMs: 8500, what: 'fault injected' }],
    timeline: callers.flatMap((caller) =>
      Array.from({ length: 12 }, (_, n) => ({ ...hostSeries(caller, 9), host: n === 1 ? wide : `inventory-${n}` })),
    ),
    traffic: traffic(true),
  },
}

const failed: ExperimentResult = {
  ...base,
  name: 'reviews-ejection',
  verdict: 'fail',
  checks: [
    { name: "ejections of the victim by the caller's proxy", expected: 1, actual: 0, passed: false },
    { name: 'requests to the other replicas meanwhile', expected: { min: 1 }, actual: 131, passed: true },
  ],
  reasons: [
    {
      field: 'DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection.maxEjectionPercent',
      because: '10 % of 3 hosts is 0.3, so no host may be ejected while another one is not.',
      wouldWork: '34 or more',
    },
  ],
  rollback: { done: false, remains: ['fault.http.abort.abort_percent in the proxy of reviews-v1-545db77b95-7kq9n'] },
}

const { negativeControl: _, ...unfinished } = base

/** Never began: nothing was sampled. */
const unsteady: ExperimentResult = {
  ...unfinished,
  name: 'zone-loss',
  verdict: 'inconclusive',
  reason: 'nothing was broken, because the steady state did not hold: hosts of catalog that take traffic: expected 3, observed 2',
  checks: [{ name: 'before: hosts of catalog that take traffic', expected: 3, actual: 2, passed: false }],
  invariants: [],
}

const aborted: ExperimentResult = {
  ...unfinished,
  name: 'a-name-as-long-as-one-can-be-without-a-place-to-break-it-anywhere-in-the-middle',
  verdict: 'aborted',
  reason: 'interrupted by SIGINT',
  checks: [],
  timeline: [{ caller: 'gateway-0', host: 'catalog-0', samples: [{ atMs: 10, state: 'closed' }] }],
  invariants: [],
}

export const hardResults: readonly ExperimentResult[] = [crowded, failed, unsteady, aborted]

/** As many as a catalogue has; all but the first days older. */
export const manyResults: readonly ExperimentResult[] = Array.from({ length: 15 }, (_, n) => ({
  ...base,
  name: `experiment-${n}`,
  startedAt: n === 0 ? base.startedAt : `2026-11-2${n % 7}T10:00:00.000Z`,
}))

export const matrix: Matrix = {
  target: 'local',
  startedAt: '2026-11-28T15:50:00.000Z',
  faults: {
    'destinations-proxy': 'abort with 503, every request',
    kill: 'SIGKILL of the process',
    pause: 'SIGSTOP of the process for 5 s',
  },
  cells: [
    { fault: 'destinations-proxy', policy: 'ejection', tripped: true, count: 1, counter: 'ejections_enforced_consecutive_5xx' },
    {
      fault: 'callers-proxy',
      policy: 'ejection',
      tripped: false,
      count: 0,
      counter: 'ejections_enforced_consecutive_5xx',
      note: 'The fault answers before a host is chosen.',
    },
    { fault: 'pause', policy: 'pool-limit', tripped: true, count: 12_345, counter: 'upstream_rq_pending_overflow' },
    { fault: 'pause', policy: 'timeout', tripped: true, count: 3, counter: 'upstream_rq_timeout' },
  ],
}
