import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { podTunnels } from '../../../../scripts/cluster/pod-tunnels.ts'

/** An API server that is not there. */
function nowhere(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'nowhere', server: 'http://127.0.0.1:1', skipTLSVerify: true }, { name: 'nobody' })
  return config
}
const broker = { namespace: 'breakwater-data', pod: 'kafka-0', port: 19092 }

test('one port of this machine for each port of a pod', async () => {
  const tunnels = podTunnels(nowhere())
  const first = await tunnels.to(broker)
  expect(await tunnels.to(broker)).toBe(first)
  expect(await tunnels.to({ ...broker, port: 9092 })).not.toBe(first)
  await tunnels.close()
})

test('who dials a pod that cannot be reached sees the connection break', async () => {
  const tunnels = podTunnels(nowhere())
  await expect(fetch(`http://127.0.0.1:${await tunnels.to(broker)}/`)).rejects.toThrow('fetch failed')
  await tunnels.close()
})

test('a port that must be this one and is taken is said in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const tunnels = podTunnels(nowhere())
  await expect(tunnels.to(broker, port)).rejects.toThrow(`Port ${port} of this machine is taken, and kafka-0 can be reached at no other`)
  await tunnels.close()
  other.close()
})
