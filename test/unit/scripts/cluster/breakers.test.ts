import { expect, test } from 'vitest'
import { ejections, fullPools } from '../../../../scripts/cluster/breakers.ts'

const catalog = 'outbound|80||catalog.breakwater.svc.cluster.local'
const host = (address: string, ejected: boolean) => ({ address, ejected, requests: 0, active: 0, succeeded: 0, failed: 0 })

test('ejected hosts are those that failed the outlier check', () => {
  const clusters = new Map([
    [catalog, [host('10.0.0.1:8080', false), host('10.0.0.2:8080', true)]],
    ['empty', []],
  ])
  expect(ejections('gateway-1', clusters)).toEqual([{ caller: 'gateway-1', callee: catalog, host: '10.0.0.2:8080', state: 'ejected' }])
  expect(ejections('gateway-1', new Map([['piped', [host('', true)]]]))).toEqual([
    { caller: 'gateway-1', callee: 'piped', state: 'ejected' },
  ])
})

test('a pool is full when a limit that refuses is reached, in either form in which proxies print names; not when only its connections are in use', () => {
  const stats = new Map([
    ['cluster.outbound|80||payments.breakwater.svc.cluster.local.circuit_breakers.default.cx_open', 1],
    [`cluster.${catalog}.circuit_breakers.default.rq_open`, 0],
    [`cluster.${catalog};.circuit_breakers.default.rq_pending_open`, 1],
    ['cluster.outbound|80||orders.breakwater.svc.cluster.local.circuit_breakers.default.rq_open', 1],
    ['cluster.outbound|80||orders.breakwater.svc.cluster.local.circuit_breakers.default.remaining_rq', 1],
    ['cluster.xds-grpc.circuit_breakers.default.rq_open', 1],
  ])
  expect(fullPools('probe-1', stats)).toEqual([
    { caller: 'probe-1', callee: catalog, state: 'overflow' },
    { caller: 'probe-1', callee: 'outbound|80||orders.breakwater.svc.cluster.local', state: 'overflow' },
  ])
})
