import { spawn } from 'node:child_process'
import { afterAll, expect, inject, test } from 'vitest'
import { connect } from '../../scripts/cluster/kubeconfig.ts'
import { podTunnels } from '../../scripts/cluster/pod-tunnels.ts'
import { proxyAdmin } from '../../scripts/cluster/proxy-admin.ts'
import { setTrafficSplit } from '../../scripts/cluster/traffic-split/split-traffic.ts'
import { stats } from '../../scripts/envoy-admin/stats.ts'
import { command } from '../command.ts'
import { callFromPod } from './call-from-pod.ts'
import { kubectl, podsOf } from './kubectl.ts'
import { readContinuously } from './read-continuously.ts'

const splitTo = (weight: string) =>
  setTrafficSplit(process.env, { destination: 'catalog', weight, progress: () => undefined, signal: new AbortController().signal })

afterAll(() => splitTo('off'))

/** Requests that a caller's proxy has sent to one subset of catalog. */
async function sentTo(subset: string, pod: string): Promise<number> {
  const tunnels = podTunnels(connect({ context: inject('context') }))
  const found = await stats(proxyAdmin(tunnels, pod), `.*\\|${subset}\\|catalog\\..*upstream_rq_total`).finally(() => tunnels.close())
  return [...found.values()][0] ?? 0
}

test('a second version gets its share and its stage, and comes and goes without a failed request', async () => {
  const coming = readContinuously(`${inject('gatewayUrl')}/v1/products`)
  await splitTo('v2=20')
  const [probe = ''] = await podsOf('probe')
  const call = (headers: Record<string, string>) => ({ url: 'http://catalog/products', headers })
  const pod = { name: probe, container: 'probe' }

  const before = { v1: await sentTo('v1', probe), v2: await sentTo('v2', probe) }
  const plain = await callFromPod(
    pod,
    Array.from({ length: 200 }, () => call({})),
  )
  expect(plain.filter((status) => status !== 200)).toEqual([])
  const [v1, v2] = [await sentTo('v1', probe), await sentTo('v2', probe)]
  const share = v2 - before.v2
  expect(v1 - before.v1 + share).toBe(200)
  // 40 expected; 15 and 65 are each more than four standard deviations away.
  expect(share).toBeGreaterThan(15)
  expect(share).toBeLessThan(65)

  await callFromPod(
    pod,
    Array.from({ length: 20 }, () => call({ 'x-stage': 'canary' })),
  )
  expect(await sentTo('v2', probe)).toBe(v2 + 20)
  expect(await sentTo('v1', probe)).toBe(v1)
  expect((await coming.stop()).failures).toEqual([])

  await readAtStage()
  const experiment = command(
    spawn(process.execPath, ['scripts/breakwater.ts', 'experiment', 'run', 'catalog-ejection', '--target', 'cluster']),
  )
  expect(await experiment.end(), experiment.said()).toBe(2)
  expect(experiment.said()).toContain('npx breakwater traffic split catalog off')

  const going = readContinuously(`${inject('gatewayUrl')}/v1/products`)
  await splitTo('off')
  await kubectl('wait', 'pod', '-l', 'app=catalog,version=v2', '--for=delete', '--timeout=60s')
  expect((await going.stop()).failures).toEqual([])
})

/** A customer asks for the stage at the ingress, and gateway passes it on: one call to catalog a page. */
async function readAtStage(): Promise<void> {
  const [gateway = ''] = await podsOf('gateway')
  const before = { v1: await sentTo('v1', gateway), v2: await sentTo('v2', gateway) }
  for (let page = 0; page < 20; page++) {
    const { status } = await fetch(`${inject('gatewayUrl')}/v1/products`, { headers: { 'x-stage': 'canary' } })
    expect(status).toBe(200)
  }
  expect(await sentTo('v2', gateway)).toBe(before.v2 + 20)
  expect(await sentTo('v1', gateway)).toBe(before.v1)
}

test('a version that nobody deployed is refused', async () => {
  await expect(splitTo('v9=10')).rejects.toThrow('catalog has no version v9 beside v1: choose from v2.')
})
