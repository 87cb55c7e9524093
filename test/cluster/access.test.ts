import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { namespace, type WorkloadName, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import { callFromPod } from './call-from-pod.ts'
import { intruderOf, letInIntruders, outside, removeIntruders } from './intruders.ts'
import { podsOf } from './kubectl.ts'

const url = (callee: WorkloadName, path = '/healthz') => `http://${callee}.${namespace}.svc.cluster.local${path}`
/** `orders` takes commands only; all others are read. */
const methodTo = (callee: WorkloadName) => (callee === 'orders' ? 'POST' : 'GET')
const otherThan = (method: string) => (method === 'GET' ? 'PUT' : 'DELETE')

beforeAll(() => letInIntruders(workloadNames))
afterAll(removeIntruders)

describe.each(workloadNames)('%s', (caller) => {
  const callees = workloadNames.filter((name) => name !== caller)

  test('reaches the callees of topology, from its own pod', async () => {
    const allowed = [...workload(caller).calls] as WorkloadName[]
    const [name] = await podsOf(caller)
    const statuses = await callFromPod(
      { name: name ?? '', container: caller },
      allowed.map((callee) => ({ url: url(callee), method: methodTo(callee) })),
    )
    // Whatever the app says to /healthz: it was asked.
    for (const [index, status] of statuses.entries()) expect([200, 404, 405], `${caller} → ${allowed[index]}`).toContain(status)
  })

  test('its proxy knows no other callee', async () => {
    const [name] = await podsOf(caller)
    const unknown = callees.filter((callee) => !workload(caller).calls.includes(callee))
    const statuses = await callFromPod(
      { name: name ?? '', container: caller },
      unknown.map((callee) => ({ url: url(callee) })),
    )
    // 502 is the proxy's own answer under REGISTRY_ONLY.
    expect(Object.fromEntries(unknown.map((callee, index) => [callee, statuses[index]]))).toEqual(
      Object.fromEntries(unknown.map((callee) => [callee, 502])),
    )
  })

  test('its identity is refused by every other callee, and by each callee for every other method', async () => {
    const calls = callees.map((callee) => ({ callee, allowed: workload(caller).calls.includes(callee) }))
    const pod = { name: intruderOf(caller), container: 'intruder' }
    const usual = await callFromPod(
      pod,
      calls.map(({ callee }) => ({ url: url(callee), method: methodTo(callee) })),
    )
    const unusual = await callFromPod(
      pod,
      calls.map(({ callee }) => ({ url: url(callee), method: otherThan(methodTo(callee)) })),
    )
    for (const [index, { callee, allowed }] of calls.entries()) {
      // The same pod is let in where topology says so: what refuses it elsewhere is the rule, not the network.
      if (allowed) expect([200, 404, 405], `${caller} → ${callee}`).toContain(usual[index])
      else expect(usual[index], `${caller} → ${callee}`).toBe(403)
      expect(unusual[index], `${caller} ${otherThan(methodTo(callee))} → ${callee}`).toBe(403)
    }
  })
})

test('plaintext from outside the mesh is answered by nobody', async () => {
  const outsider = { name: 'outsider', container: 'intruder', namespace: outside }
  const statuses = await callFromPod(
    outsider,
    workloadNames.map((callee) => ({ url: url(callee) })),
  )
  expect(statuses).toEqual(workloadNames.map(() => 0))
  // The pod has a network: the ingress answers it.
  expect(await callFromPod(outsider, [{ url: 'http://istio-ingressgateway.istio-system.svc.cluster.local/v1/products' }])).toEqual([200])
})
