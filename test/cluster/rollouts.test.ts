import { randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { runOrderLoad } from '../../scripts/load/orders.ts'
import { workloadNames } from '../../services/shared/contracts/topology.ts'
import { kubectl, podsOf } from './kubectl.ts'
import { readContinuously } from './read-continuously.ts'
import { signedIn } from './sign-in.ts'

signedIn()

const orders = (count: number, ratePerSecond?: number) =>
  runOrderLoad({
    gatewayUrl: inject('gatewayUrl'),
    count,
    concurrency: 4,
    ratePerSecond,
    seed: randomUUID(),
    acceptWithinMs: 30_000,
    endWithinMs: 120_000,
  })

test('orders placed through the ingress all end, and no request fails', async () => {
  expect(await orders(40)).toMatchObject({ sent: 40, accepted: 40, lost: [], givenUp: 0, retries: 0, rejected: {} })
})

test('a rolling restart of every Deployment fails no request', async () => {
  const placed = orders(100, 2)
  const load = readContinuously(`${inject('gatewayUrl')}/v1/products`)
  for (const name of workloadNames) {
    await kubectl('rollout', 'restart', `deployment/${name}`)
    await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=180s')
  }
  const { answered, failures } = await load.stop()
  expect(failures).toEqual([])
  expect(answered).toBeGreaterThan(100)
  // Not even one that the client would have repeated.
  expect(await placed).toMatchObject({ sent: 100, accepted: 100, lost: [], givenUp: 0, retries: 0, rejected: {} })
})

test('a gateway without pods is noticed', async () => {
  const load = readContinuously(`${inject('gatewayUrl')}/v1/products`)
  await kubectl('scale', 'deployment/gateway', '--replicas=0')
  await kubectl('wait', 'pod', '-l', 'app=gateway', '--for=delete', '--timeout=60s')
  await kubectl('scale', 'deployment/gateway', '--replicas=1')
  await kubectl('rollout', 'status', 'deployment/gateway', '--timeout=180s')
  expect((await load.stop()).failures.length).toBeGreaterThan(0)
})

test('pods deleted under load fail no order', async () => {
  const load = orders(60, 2)
  for (const name of ['catalog', 'orders', 'payments', 'inventory', 'shipping'] as const) {
    const [pod] = await podsOf(name)
    await kubectl('delete', 'pod', pod ?? '', '--wait=false')
    await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=180s')
  }
  expect(await load).toMatchObject({ sent: 60, accepted: 60, lost: [], givenUp: 0, rejected: {} })
})
