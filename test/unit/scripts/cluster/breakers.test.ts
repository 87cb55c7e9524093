import { expect, test } from 'vitest'
import { ejections, fullPools } from '../../../../scripts/cluster/breakers.ts'

const catalog = 'outbound|80||catalog.breakwater.svc.cluster.local'
const host = (address: string, failed: boolean) => ({
  address: { socket_address: { address, port_value: 8080 } },
  health_status: { ...(failed && { failed_outlier_check: true }) },
})

test('ejected hosts are those that failed the outlier check', () => {
  const clusters = {
    cluster_statuses: [{ name: catalog, host_statuses: [host('10.0.0.1', false), host('10.0.0.2', true)] }, { name: 'empty' }],
  }
  expect(ejections('gateway-1', clusters)).toEqual([{ caller: 'gateway-1', callee: catalog, host: '10.0.0.2:8080', state: 'ejected' }])
  expect(ejections('gateway-1', {})).toEqual([])
})

test('a pool is full when one of its gauges is open, in either form in which proxies print names', () => {
  const stats = [
    `cluster.${catalog}.circuit_breakers.default.cx_open: 0`,
    `cluster.${catalog};.circuit_breakers.default.rq_pending_open: 1`,
    'cluster.outbound|80||orders.breakwater.svc.cluster.local.circuit_breakers.default.rq_open: 1',
    'cluster.xds-grpc.circuit_breakers.default.rq_open: 1',
  ].join('\n')
  expect(fullPools('probe-1', stats)).toEqual([
    { caller: 'probe-1', callee: catalog, state: 'pool-full' },
    { caller: 'probe-1', callee: 'outbound|80||orders.breakwater.svc.cluster.local', state: 'pool-full' },
  ])
})
