import { expect, test } from 'vitest'
import { firstReplica } from '../../../../../scripts/experiments/core/first-replica.ts'
import { fakeTarget } from './fake-target.ts'

const gateway = { workload: 'gateway', name: 'gateway-0', address: '' } as const

test('of a workload with one replica that one is taken; none is an error that names it', async () => {
  expect(await firstReplica(fakeTarget({ replicas: async () => [gateway] }), 'gateway')).toBe(gateway)
  await expect(firstReplica(fakeTarget(), 'gateway')).rejects.toThrow('gateway does not run')
})
