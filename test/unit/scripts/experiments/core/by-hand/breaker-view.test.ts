import { expect, test } from 'vitest'
import { breakerViews, changedViews, changeLine, viewLines } from '../../../../../../scripts/experiments/core/by-hand/breaker-view.ts'

const watched = {
  caller: { namespace: 'shop', workload: 'gateway', name: 'gateway-0' },
  destination: { namespace: 'shop', service: 'catalog', port: 80 },
  names: new Map([['10.0.0.1:80', 'catalog-0']]),
}
const snapshot = (
  host: { ejected?: boolean; requests?: number; failed?: number; succeeded?: number },
  pool: Record<string, number> = {},
) => ({
  atMs: 0,
  pool: new Map(Object.entries(pool)),
  hosts: [{ address: '10.0.0.1:80', ejected: false, active: 0, requests: 0, failed: 0, succeeded: 0, ...host }],
})
const first = snapshot({ requests: 10, succeeded: 10 }, { upstream_rq_pending_overflow: 2 })

test('counts are since one began to look; the pool sums its hosts', () => {
  const views = breakerViews(
    watched,
    first,
    snapshot({ requests: 14, succeeded: 11, failed: 3 }, { upstream_rq_pending_overflow: 3, upstream_rq_active_overflow: 1 }),
    [],
  )
  expect(views).toEqual([
    { caller: 'gateway-0', host: 'catalog pool', state: 'closed', requests: 4, failed: 3, refused: 2, succeeded: 11 },
    { caller: 'gateway-0', host: 'catalog-0', state: 'closed', requests: 4, failed: 3, refused: 0, succeeded: 11 },
  ])
  expect(viewLines(views)).toEqual([
    'gateway-0: catalog pool closed (4 requests, 3 failed, 2 refused) · catalog-0 closed (4 requests, 3 failed)',
  ])
})

test('ejected, probation until a success, closed; overflow while a limit is open', () => {
  const steps = [
    snapshot({ ejected: true, succeeded: 10 }),
    snapshot({ succeeded: 10 }),
    snapshot({ succeeded: 11 }, { 'circuit_breakers.default.rq_pending_open': 1 }),
  ]
  let before = breakerViews(watched, first, first, [])
  const changes = steps.flatMap((step) => {
    const now = breakerViews(watched, first, step, before)
    const changed = changedViews(before, now)
    before = now
    return changed.map(({ from, to }) => `${to.host} ${from} → ${to.state}`)
  })
  expect(changes).toEqual([
    'catalog-0 closed → ejected',
    'catalog-0 ejected → probation',
    'catalog pool closed → overflow',
    'catalog-0 probation → closed',
  ])
})

test('a breaker that is seen for the first time has not changed', () => {
  const now = breakerViews(watched, first, snapshot({ ejected: true }), [])
  expect(changedViews([], now)).toEqual([])
  const [, host] = now
  if (host === undefined) throw new Error('no host')
  expect(changeLine({ from: 'closed', to: { ...host, requests: 3, failed: 3 } })).toBe(
    'gateway-0: catalog-0 closed → ejected (3 requests, 3 failed)',
  )
})
