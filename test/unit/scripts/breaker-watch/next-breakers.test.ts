import { expect, test } from 'vitest'
import type { Breaker, HostBreaker } from '../../../../scripts/breaker-watch/breaker.ts'
import { nextBreakers, type ProxyBreakers } from '../../../../scripts/breaker-watch/next-breakers.ts'
import type { ProxySnapshot } from '../../../../scripts/breaker-watch/snapshot.ts'
import type { BreakerRule } from '../../../../scripts/envoy-admin/breaker-rules.ts'
import type { HostStatus } from '../../../../scripts/envoy-admin/clusters.ts'

const cluster = 'outbound|80||catalog.shop.svc.cluster.local'
const rule: BreakerRule = { ejectsAt: 3, intervalMs: 1_000, baseEjectionMs: 5_000, maxEjectionMs: 12_000 }

const snapshot = (
  atMs: number,
  host: Partial<HostStatus>,
  pool: Readonly<Record<string, number>> = {},
  clusterName = cluster,
): ProxySnapshot => ({
  caller: { namespace: 'shop', workload: 'gateway', name: 'gateway-0' },
  atMs,
  clusters: new Map([
    [
      clusterName,
      {
        atMs,
        pool: new Map(Object.entries(pool)),
        hosts: [{ address: 'a:1', ejected: false, requests: 0, active: 0, succeeded: 0, failed: 0, ...host }],
      },
    ],
  ]),
  rules: new Map([[cluster, rule]]),
  names: new Map([['a:1', 'catalog-0']]),
})

/** Snapshots, one after the other → what each showed. */
function play(...snapshots: readonly ProxySnapshot[]): ProxyBreakers[] {
  const seen: ProxyBreakers[] = []
  for (const one of snapshots) seen.push(nextBreakers(seen.at(-1), one))
  return seen
}

const hostOf = (seen: ProxyBreakers | undefined): HostBreaker | undefined => seen?.breakers.find((breaker) => breaker.kind === 'host')
const poolOf = (seen: ProxyBreakers | undefined): Breaker | undefined => seen?.breakers.find((breaker) => breaker.kind === 'pool')
const told = (seen: ProxyBreakers | undefined) =>
  seen?.changes.map(({ host, from, to, cause, lastedMs }) => [host, from, to, cause, lastedMs])

const ejections = (count: number) => ({
  'outlier_detection.ejections_enforced_consecutive_5xx': count,
  'outlier_detection.ejections_enforced_total': count,
})

test('a breaker has the names of the caller, the destination and the host', () => {
  const [seen] = play(snapshot(0, { requests: 2, succeeded: 1, failed: 1 }))
  const names = { caller: 'gateway-0', callerNamespace: 'shop', hostname: 'catalog.shop.svc.cluster.local', port: 80, subset: '' }
  expect(seen?.breakers).toEqual([
    { kind: 'pool', ...names, host: 'catalog pool', state: 'closed', refused: 0, ejections: 0 },
    {
      kind: 'host',
      ...names,
      host: 'catalog-0',
      state: 'closed',
      requests: 2,
      active: 0,
      succeeded: 1,
      failed: 1,
      failuresInARow: 0,
      ejectsAt: 3,
      ejections: 0,
      backOff: 0,
    },
  ])
  expect(seen?.changes).toEqual([])
})

test('a subset has breakers of its own; what is no outbound cluster has none', () => {
  const subset = 'outbound|80|v2|catalog.shop.svc.cluster.local'
  expect(play(snapshot(0, {}, {}, subset))[0]?.breakers.map(({ host, subset }) => [host, subset])).toEqual([
    ['catalog v2 pool', 'v2'],
    ['catalog-0', 'v2'],
  ])
  expect(play(snapshot(0, {}, {}, 'outbound|443||api.example.com'))[0]?.breakers[0]?.host).toBe('api.example.com pool')
  expect(play(snapshot(0, {}, {}, 'inbound|3000||'))[0]?.breakers).toEqual([])
})

test('an ejection: failures in a row, the detector, when it returns; the return, and its end', () => {
  const seen = play(
    snapshot(0, { requests: 5, succeeded: 5 }, ejections(0)),
    snapshot(100, { requests: 7, succeeded: 5, failed: 2 }, ejections(0)),
    snapshot(200, { requests: 8, succeeded: 5, failed: 3, ejected: true }, ejections(1)),
    snapshot(300, { requests: 8, succeeded: 5, failed: 3, ejected: true }, ejections(1)),
    snapshot(5_400, { requests: 8, succeeded: 5, failed: 3 }, ejections(1)),
    snapshot(5_500, { requests: 9, succeeded: 6, failed: 3 }, ejections(1)),
  )
  expect(seen.map((one) => hostOf(one)?.failuresInARow)).toEqual([0, 2, 3, 3, 3, 0])
  expect(seen.map((one) => hostOf(one)?.state)).toEqual(['closed', 'closed', 'ejected', 'ejected', 'probation', 'closed'])
  expect(seen.map((one) => hostOf(one)?.returnsAtMs)).toEqual([undefined, undefined, 5_200, 5_200, undefined, undefined])
  expect(seen.map((one) => hostOf(one)?.cause)).toEqual([undefined, undefined, 'consecutive 5xx', 'consecutive 5xx', undefined, undefined])
  expect(seen.map(told)).toEqual([
    [],
    [],
    [['catalog-0', 'closed', 'ejected', 'consecutive 5xx', undefined]],
    [],
    [['catalog-0', 'ejected', 'probation', 'its time was over', 5_200]],
    [['catalog-0', 'probation', 'closed', 'it answered', 100]],
  ])
  expect(hostOf(seen.at(-1))?.ejections).toBe(1)
  expect(poolOf(seen.at(-1))).toMatchObject({ ejections: 1 })
})

test('the next ejection is longer, unless the host has stayed meanwhile; never longer than the longest', () => {
  const out = { ejected: true }
  const [, , , again] = play(snapshot(0, {}), snapshot(100, out), snapshot(5_200, {}), snapshot(5_300, out))
  expect([hostOf(again)?.backOff, hostOf(again)?.returnsAtMs]).toEqual([2, 5_300 + 10_000])
  const [, , , later] = play(snapshot(0, {}), snapshot(100, out), snapshot(5_200, {}), snapshot(6_300, out))
  expect([hostOf(later)?.backOff, hostOf(later)?.returnsAtMs]).toEqual([1, 6_300 + 5_000])
  const [, , , , , third] = play(snapshot(0, {}), snapshot(1, out), snapshot(2, {}), snapshot(3, out), snapshot(4, {}), snapshot(5, out))
  expect([hostOf(third)?.backOff, hostOf(third)?.returnsAtMs]).toEqual([3, 5 + 12_000])
})

test('who was ejected before anybody looked returns nobody knows when', () => {
  const seen = play(snapshot(0, { ejected: true }), snapshot(100, { ejected: true }), snapshot(200, { succeeded: 1 }))
  expect(seen.map((one) => [hostOf(one)?.state, hostOf(one)?.returnsAtMs, hostOf(one)?.ejections])).toEqual([
    ['ejected', undefined, 0],
    ['ejected', undefined, 0],
    ['closed', undefined, 0],
  ])
  expect(told(seen.at(-1))).toEqual([['catalog-0', 'ejected', 'closed', 'its time was over, and it answered', undefined]])
})

test('a pool that refuses says which limit is reached, and how many were refused since the proxy started', () => {
  const full = { 'circuit_breakers.default.rq_pending_open': 1, upstream_rq_pending_overflow: 4, upstream_rq_active_overflow: 2 }
  const seen = play(snapshot(0, {}), snapshot(100, {}, full), snapshot(400, {}, { ...full, 'circuit_breakers.default.rq_pending_open': 0 }))
  expect(seen.map(poolOf)).toMatchObject([
    { state: 'closed', refused: 0 },
    { state: 'overflow', cause: 'rq_pending_open', sinceMs: 100, refused: 6 },
    { state: 'closed', sinceMs: 400, refused: 6 },
  ])
  expect(seen.map(told)).toEqual([
    [],
    [['catalog pool', 'closed', 'overflow', 'rq_pending_open', undefined]],
    [['catalog pool', 'overflow', 'closed', 'requests are taken again', 300]],
  ])
})

test('a proxy that was restarted has forgotten its ejections: its breakers begin anew', () => {
  const seen = play(
    snapshot(0, { requests: 9 }),
    snapshot(100, { requests: 9, ejected: true }),
    snapshot(200, { requests: 1, succeeded: 1 }),
  )
  expect(hostOf(seen[2])).toMatchObject({ state: 'closed', ejections: 0, failuresInARow: 0 })
  expect(told(seen[2])).toEqual([['catalog-0', 'ejected', 'closed', 'the proxy was restarted', 100]])
})

test('a host that is gone leaves no breaker; one that comes is no change', () => {
  const gone = { ...snapshot(100, {}), clusters: new Map([[cluster, { atMs: 100, pool: new Map(), hosts: [] }]]) }
  const seen = play(snapshot(0, { ejected: true }), gone, snapshot(200, {}))
  expect(seen.map((one) => hostOf(one)?.state)).toEqual(['ejected', undefined, 'closed'])
  expect(seen.flatMap(({ changes }) => changes)).toEqual([])
})
