import { expect, test } from 'vitest'
import type { Breaker, HostBreaker, PoolBreaker } from '../../../../../scripts/breaker-watch/breaker.ts'
import { callsTraffic, topicsTraffic } from '../../../../../scripts/console/map/traffic.ts'
import { shopTopology } from '../../../../../scripts/console/shop-topology.ts'
import { workload, workloadNames } from '../../../../../services/shared/contracts/topology.ts'

const name = { callerNamespace: 'shop', hostname: 'orders.shop.svc.cluster.local', port: 80, subset: '' }
const host = (fields: Partial<HostBreaker>): Breaker => ({
  ...name,
  kind: 'host',
  caller: 'gateway-0',
  host: 'orders-0',
  state: 'closed',
  requests: 0,
  active: 0,
  succeeded: 0,
  failed: 0,
  failuresInARow: 0,
  ejections: 0,
  backOff: 0,
  ...fields,
})
const pool = (fields: Partial<PoolBreaker>): Breaker => ({
  ...name,
  kind: 'pool',
  caller: 'gateway-0',
  host: 'orders pool',
  state: 'closed',
  refused: 0,
  ejections: 0,
  ...fields,
})
const topology = {
  services: ['gateway', 'orders', 'order-history'].map((service) => ({ name: service, owns: '' })),
  calls: [
    { from: 'gateway', to: 'orders' },
    { from: 'gateway', to: 'order-history' },
  ],
  topics: [{ name: 'orders.events', publisher: 'orders', subscribers: ['order-history'] }],
}

test('rates are differences of all replicas together, and the worst state is that of the call', () => {
  const before = {
    atMs: 1_000,
    breakers: [host({ requests: 10 }), host({ caller: 'gateway-7d9f-x', requests: 5, failed: 1 }), pool({ refused: 1 })],
  }
  const now = {
    atMs: 3_000,
    breakers: [
      host({ requests: 30 }),
      host({ caller: 'gateway-7d9f-x', requests: 9, failed: 3, state: 'ejected' }),
      pool({ refused: 5, state: 'overflow' }),
    ],
  }
  expect(callsTraffic(topology, now, before)).toEqual([
    { from: 'gateway', to: 'orders', state: 'ejected', requests: 12, failed: 1, refused: 2, hosts: 2, ejected: 1 },
    { from: 'gateway', to: 'order-history', state: undefined, requests: 0, failed: 0, refused: 0, hosts: 0, ejected: 0 },
  ])
  expect(callsTraffic(topology, now, undefined)[0]).toMatchObject({ requests: 0, state: 'ejected' })
})

test('a proxy that begins anew makes no negative rate, and one that is new none at all', () => {
  const before = { atMs: 0, breakers: [host({ requests: 100 })] }
  const now = { atMs: 1_000, breakers: [host({ requests: 3 }), host({ caller: 'gateway-1', requests: 50 })] }
  expect(callsTraffic(topology, now, before)[0]?.requests).toBe(0)
})

test('records a second are what was written behind the end of before', () => {
  const ends = (end: number) => new Map([['orders.events', end]])
  expect(topicsTraffic(topology, { atMs: 2_000, ends: ends(30) }, { atMs: 0, ends: ends(10) })).toEqual([
    { name: 'orders.events', records: 10 },
  ])
  expect(topicsTraffic(topology, { atMs: 2_000, ends: ends(30) }, undefined)).toEqual([{ name: 'orders.events', records: 0 }])
})

test('the shop is on the map as its contracts declare it', () => {
  expect(shopTopology.services.map((service) => service.name)).toEqual(workloadNames)
  for (const from of workloadNames)
    expect(shopTopology.calls.filter((call) => call.from === from).map(({ to }) => to)).toEqual(workload(from).calls)
  for (const subscriber of workloadNames)
    expect(
      shopTopology.topics
        .filter(({ subscribers }) => subscribers.includes(subscriber))
        .map(({ publisher }) => publisher)
        .sort(),
    ).toEqual([...workload(subscriber).subscribesTo].sort())
})
