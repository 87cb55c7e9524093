import { expect, test, vi } from 'vitest'
import type { ClusterSnapshot } from '../../../../../scripts/breaker-watch/snapshot.ts'
import type { HostStatus } from '../../../../../scripts/envoy-admin/clusters.ts'
import { recordTimeline, seriesOf, type Watched } from '../../../../../scripts/experiments/core/timeline.ts'
import { fakeTarget } from './fake-target.ts'

const host = (part: Partial<HostStatus> = {}): HostStatus => ({
  address: 'a:1',
  ejected: false,
  requests: 0,
  active: 0,
  succeeded: 0,
  failed: 0,
  ...part,
})
const snapshot = (atMs: number, part: Partial<HostStatus>, pool: Record<string, number> = {}): ClusterSnapshot => ({
  atMs,
  pool: new Map(Object.entries(pool)),
  hosts: [host(part)],
})
const watched: Watched = {
  caller: { namespace: 'shop', workload: 'gateway', name: 'gateway-0' },
  destination: { namespace: 'shop', service: 'catalog', port: 80 },
  names: new Map([['a:1', 'catalog-0']]),
}
const full = { 'circuit_breakers.default.rq_pending_open': 1 }

test("a host's series has its states and what happened since the snapshot before", () => {
  const [, series] = seriesOf(watched, [
    snapshot(0, { requests: 7, failed: 1, succeeded: 6 }),
    snapshot(100, { requests: 10, failed: 4, succeeded: 6, ejected: true }),
    snapshot(200, { requests: 10, failed: 4, succeeded: 6, ejected: true }),
    snapshot(300, { requests: 10, failed: 4, succeeded: 6 }),
    snapshot(400, { requests: 11, failed: 4, succeeded: 7 }),
  ])
  expect(series).toEqual({
    caller: 'gateway-0',
    host: 'catalog-0',
    samples: [
      { atMs: 0, state: 'closed' },
      { atMs: 100, state: 'ejected', requests: 3, failed: 3 },
      { atMs: 300, state: 'probation' },
      { atMs: 400, state: 'closed', requests: 1 },
    ],
    sampling: { perSecond: 10, longestGapMs: 100 },
  })
})

test('the pool has a series of its own: full only when the next request would be refused', () => {
  const [series] = seriesOf(watched, [
    snapshot(0, {}, { upstream_rq_pending_overflow: 5, 'circuit_breakers.default.cx_open': 1 }),
    snapshot(100, {}, { upstream_rq_pending_overflow: 13, ...full }),
    snapshot(200, {}, { upstream_rq_pending_overflow: 13, ...full }),
    snapshot(300, {}, { upstream_rq_pending_overflow: 13 }),
  ])
  expect(series).toEqual({
    caller: 'gateway-0',
    host: 'catalog pool',
    samples: [
      { atMs: 0, state: 'closed' },
      { atMs: 100, state: 'overflow', cause: 'rq_pending_open', refused: 8 },
      { atMs: 300, state: 'closed' },
    ],
    sampling: { perSecond: 10, longestGapMs: 100 },
  })
})

test('an ejection has the detector as its cause, by the counters of the proxy', () => {
  const ejections = (count: number) => ({
    'outlier_detection.ejections_enforced_total': count,
    'outlier_detection.ejections_enforced_consecutive_5xx': count,
    'outlier_detection.ejections_enforced_success_rate': 4,
  })
  const causes = (snapshots: readonly ClusterSnapshot[]) =>
    seriesOf(watched, snapshots)[1]?.samples.map(({ state, cause }) => [state, cause])
  expect(
    causes([snapshot(0, {}, ejections(0)), snapshot(100, { ejected: true }, ejections(1)), snapshot(200, { ejected: true }, ejections(2))]),
  ).toEqual([
    ['closed', undefined],
    ['ejected', 'consecutive 5xx'],
    ['ejected', undefined],
  ])
  // Ejected before anybody counted: nobody knows by which.
  expect(causes([snapshot(0, { ejected: true }, ejections(3))])).toEqual([['ejected', undefined]])
})

test('a series says how often its proxy was read, also when nothing had changed', () => {
  const [pool] = seriesOf(
    watched,
    [0, 100, 200, 500].map((atMs) => snapshot(atMs, {})),
  )
  expect(pool?.sampling).toEqual({ perSecond: 6, longestGapMs: 300 })
  expect(seriesOf(watched, [snapshot(0, {})])[0]?.sampling).toBeUndefined()
})

test('a host that comes later starts then; the last moment is kept though nothing changed', () => {
  const [pool, series] = seriesOf(watched, [{ ...snapshot(0, {}), hosts: [] }, snapshot(100, {}), snapshot(200, {})])
  expect(pool?.samples.map(({ atMs }) => atMs)).toEqual([0, 200])
  expect(series?.samples.map(({ atMs }) => atMs)).toEqual([100, 200])
})

test('the pool of a version says so', () => {
  const [pool] = seriesOf({ ...watched, destination: { ...watched.destination, subset: 'v2' } }, [snapshot(0, {})])
  expect(pool?.host).toBe('catalog v2 pool')
})

test('a host that comes while the timeline is recorded has its name, also when it is gone in the end', async () => {
  const cluster = (port: number) => ({
    name: 'outbound|80||catalog.shop.svc.cluster.local',
    host_statuses: [{ address: { socket_address: { address: '127.0.0.1', port_value: port } } }],
  })
  const named = (name: string, port: number) => ({
    namespace: 'shop',
    workload: 'catalog',
    name,
    address: `127.0.0.1:${port}`,
    targetPort: 3000,
  })
  let port = 1
  const hosts = vi.fn(async () => [named(`catalog-${port}`, port)])
  const admin = () => async (_method: string, path: string) =>
    path.startsWith('/clusters') ? JSON.stringify({ cluster_statuses: [cluster(port)] }) : '{"stats":[]}'
  const target = fakeTarget({ hosts, admin })
  const startedMs = performance.now()
  const timeline = recordTimeline(target, [{ ...watched, names: new Map([['127.0.0.1:1', 'first']]) }], () => performance.now() - startedMs)
  await new Promise((done) => setTimeout(done, 50))
  expect(hosts).not.toHaveBeenCalled()
  port = 2
  await vi.waitFor(() => expect(hosts).toHaveBeenCalledTimes(1), { timeout: 5_000 })
  hosts.mockResolvedValue([])
  expect((await timeline.stop()).map(({ host }) => host)).toEqual(['catalog pool', 'first', 'catalog-2'])
})
