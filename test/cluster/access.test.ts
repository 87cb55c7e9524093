import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { namespace, type WorkloadName, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import { callFromPod } from './call-from-pod.ts'
import { intruderOf, letInIntruders, outside, removeIntruders } from './intruders.ts'
import { podsOf } from './kubectl.ts'

const url = (destination: WorkloadName, path = '/healthz') => `http://${destination}.${namespace}.svc.cluster.local${path}`
/** `orders` takes commands only; all others are read. */
const methodTo = (destination: WorkloadName) => (destination === 'orders' ? 'POST' : 'GET')
const otherThan = (method: string) => (method === 'GET' ? 'PUT' : 'DELETE')

beforeAll(() => letInIntruders(workloadNames))
afterAll(removeIntruders)

describe.each(workloadNames)('%s', (caller) => {
  const destinations = workloadNames.filter((name) => name !== caller)

  test('reaches the destinations of topology, from its own pod', async () => {
    const allowed = [...workload(caller).calls] as WorkloadName[]
    const [name] = await podsOf(caller)
    const statuses = await callFromPod(
      { name: name ?? '', container: caller },
      allowed.map((destination) => ({ url: url(destination), method: methodTo(destination) })),
    )
    // Whatever the app says to /healthz: it was asked.
    for (const [index, status] of statuses.entries()) expect([200, 404, 405], `${caller} → ${allowed[index]}`).toContain(status)
  })

  test('its proxy knows no other destination', async () => {
    const [name] = await podsOf(caller)
    const unknown = destinations.filter((destination) => !workload(caller).calls.includes(destination))
    const statuses = await callFromPod(
      { name: name ?? '', container: caller },
      unknown.map((destination) => ({ url: url(destination) })),
    )
    // 502 is the proxy's own answer under REGISTRY_ONLY.
    expect(Object.fromEntries(unknown.map((destination, index) => [destination, statuses[index]]))).toEqual(
      Object.fromEntries(unknown.map((destination) => [destination, 502])),
    )
  })

  test('its identity is refused by every other destination, and by each destination for every other method', async () => {
    const calls = destinations.map((destination) => ({ destination, allowed: workload(caller).calls.includes(destination) }))
    const pod = { name: intruderOf(caller), container: 'intruder' }
    const usual = await callFromPod(
      pod,
      calls.map(({ destination }) => ({ url: url(destination), method: methodTo(destination) })),
    )
    const unusual = await callFromPod(
      pod,
      calls.map(({ destination }) => ({ url: url(destination), method: otherThan(methodTo(destination)) })),
    )
    for (const [index, { destination, allowed }] of calls.entries()) {
      // The same pod is let in where topology says so: what refuses it elsewhere is the rule, not the network.
      if (allowed) expect([200, 404, 405], `${caller} → ${destination}`).toContain(usual[index])
      else expect(usual[index], `${caller} → ${destination}`).toBe(403)
      expect(unusual[index], `${caller} ${otherThan(methodTo(destination))} → ${destination}`).toBe(403)
    }
  })
})

test('plaintext from outside the mesh is answered by nobody', async () => {
  const outsider = { name: 'outsider', container: 'intruder', namespace: outside }
  const statuses = await callFromPod(
    outsider,
    workloadNames.map((destination) => ({ url: url(destination) })),
  )
  expect(statuses).toEqual(workloadNames.map(() => 0))
  // The pod has a network: the ingress answers it.
  expect(await callFromPod(outsider, [{ url: 'http://istio-ingressgateway.istio-system.svc.cluster.local/v1/products' }])).toEqual([200])
})
