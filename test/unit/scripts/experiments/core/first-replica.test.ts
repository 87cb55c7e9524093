import { expect, test } from 'vitest'
import { firstReplica } from '../../../../../scripts/experiments/core/first-replica.ts'
import { fakeTarget } from './fake-target.ts'

const gateway = { namespace: 'shop', workload: 'gateway', name: 'gateway-0' }
const workload = { namespace: 'shop', name: 'gateway' }

test('of a workload with one replica that one is taken; none is an error that names it', async () => {
  expect(await firstReplica(fakeTarget({ replicas: async () => [gateway] }), workload)).toBe(gateway)
  await expect(firstReplica(fakeTarget(), workload)).rejects.toThrow('gateway does not run')
})
