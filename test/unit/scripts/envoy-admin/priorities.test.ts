import { expect, test } from 'vitest'
import { priorities } from '../../../../scripts/envoy-admin/priorities.ts'

const at = (port: number) => ({ address: { socket_address: { address: '10.0.0.1', port_value: port } } })
const admin = async () =>
  JSON.stringify({
    cluster_statuses: [
      { name: 'outbound|80||other', host_statuses: [at(9)] },
      { name: 'outbound|80||catalog', host_statuses: [at(1), { ...at(2), priority: 1 }, { address: {} }] },
    ],
  })

test('hosts of a cluster by how near they are', async () => {
  expect(await priorities(admin, 'outbound|80||catalog')).toEqual(
    new Map([
      ['10.0.0.1:1', 0],
      ['10.0.0.1:2', 1],
      ['', 0],
    ]),
  )
  expect(await priorities(admin, 'outbound|80||gone')).toEqual(new Map())
})
