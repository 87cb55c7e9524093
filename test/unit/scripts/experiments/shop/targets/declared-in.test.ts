import { expect, test } from 'vitest'
import { explainRun } from '../../../../../../scripts/experiments/core/explain/explain-run.ts'
import { shopDestination, shopWorkload } from '../../../../../../scripts/experiments/shop/destinations.ts'
import { declaredIn } from '../../../../../../scripts/experiments/shop/targets/declared-in.ts'
import type { Manifest } from '../../../../../../scripts/manifests/parse-manifests.ts'
import { localManifests } from '../../../../../integration/mesh/envoy/local-manifests.ts'
import { fakeTarget } from '../../core/fake-target.ts'

const shop = localManifests() as unknown as Manifest[]
const [caller, destination] = [shopWorkload('gateway'), shopDestination('catalog')]
const host = (name: string) => ({ namespace: 'breakwater', workload: 'catalog', name, address: `127.0.0.1:${name}`, targetPort: 8080 })
const failed = { name: 'ejections', expected: 1, actual: 0, passed: false }

/** What a failed run of catalog-ejection says on a laptop with these objects. */
const explained = (objects: readonly Manifest[]) =>
  explainRun(
    fakeTarget({
      declared: async (...calls) => declaredIn(objects, ...calls),
      hosts: async () => ['0', '1', '2'].map(host),
      replicas: async () => [host('gateway-0')],
    }),
    { judged: 'ejection', destination, caller, fault: { status: 500 } },
    [failed],
  )

test('the port, the labels of the caller and the policies of the shop', () => {
  const { policies, port, callerLabels } = declaredIn(shop, caller, destination)
  expect(port).toEqual({ name: 'http' })
  expect(callerLabels).toMatchObject({ app: 'gateway' })
  expect(new Set(policies.map(({ kind }) => kind))).toEqual(new Set(['DestinationRule', 'VirtualService']))
  expect(policies.every(({ metadata }) => metadata.namespace === 'breakwater')).toBe(true)
})

test("the shop's own rule explains no failure, one with 10 % does", async () => {
  expect(await explained(shop)).toEqual([])
  const small = structuredClone(shop).map((object) => {
    const { spec } = object as { spec?: { trafficPolicy?: { outlierDetection?: object } } }
    if (object.kind === 'DestinationRule' && object.metadata.name === 'catalog' && spec?.trafficPolicy?.outlierDetection)
      Object.assign(spec.trafficPolicy.outlierDetection, { maxEjectionPercent: 10 })
    return object
  })
  expect(await explained(small)).toEqual([
    {
      field: 'DestinationRule breakwater/catalog: spec.trafficPolicy.outlierDetection.maxEjectionPercent',
      because: expect.stringContaining('1 of 3 hosts would be 33.3 %'),
      wouldWork: 'maxEjectionPercent: 34 or more',
    },
  ])
})
