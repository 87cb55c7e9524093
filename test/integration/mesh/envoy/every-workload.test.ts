import { expect, test } from 'vitest'
import { workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { localManifests } from './local-manifests.ts'
import { startSidecar } from './sidecar.ts'

test.each(workloadNames)('Envoy takes over all that is rendered for %s', async (workload) => {
  const instances = workloadNames.map((name, replica) => ({ workload: name, replica, host: '127.0.0.1', inboundPort: 1 }))
  await using sidecar = await startSidecar({ workload, manifests: localManifests(), instances })
  const { stats } = JSON.parse(await sidecar.admin('/stats?format=json&filter=update_(success|rejected|failure)$')) as {
    stats: { name: string; value: number }[]
  }
  const taken = stats.filter(({ name, value }) => name.endsWith('.update_success') && value === 1).map(({ name }) => name)
  // One cluster a Service, each with its endpoints; all clusters; listeners; routes.
  expect(taken.length).toBe(workloadNames.length + 3)
  expect(stats.filter(({ name, value }) => !name.endsWith('.update_success') && value > 0)).toEqual([])
})
