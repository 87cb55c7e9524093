import { expect, test } from 'vitest'
import { localMesh } from '../../../../../scripts/breaker-watch/meshes/local-mesh.ts'
import type { LocalState } from '../../../../../scripts/local/state.ts'

const replica = (name: string, inboundPort: number, adminPort: number): LocalState['replicas'][number] => ({
  name,
  workload: 'catalog',
  replica: 0,
  status: 'ready',
  restarts: 0,
  app: { port: 1 },
  sidecar: { adminPort, inboundPort, outboundPort: 2, accessLog: '' },
})

test('replicas of the state are proxies, named by where their sidecars take requests; one that is gone is asked no more', async () => {
  let replicas = [replica('catalog-0', 41_001, 1), replica('catalog-1', 41_002, 1)]
  const mesh = localMesh('shop', async () => ({ replicas }) as unknown as LocalState)
  expect(await mesh.proxies()).toEqual([
    { namespace: 'shop', workload: 'catalog', name: 'catalog-0' },
    { namespace: 'shop', workload: 'catalog', name: 'catalog-1' },
  ])
  expect([...(await mesh.hostNames())]).toEqual([
    ['127.0.0.1:41001', 'catalog-0'],
    ['127.0.0.1:41002', 'catalog-1'],
  ])
  replicas = replicas.slice(0, 1)
  await mesh.proxies()
  await expect(mesh.reader({ namespace: 'shop', workload: 'catalog', name: 'catalog-1' }).read(0)).rejects.toThrow('catalog-1 is gone')
})
