import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { leftFilters, temporaryFilter, temporaryLabel } from '../../../../../scripts/experiments/cluster/temporary-filter.ts'

/** An API server with the EnvoyFilters of one namespace. */
function server(...present: KubernetesObject[]) {
  const objects = new Map(present.map((object) => [object.metadata?.name ?? '', object]))
  const refuse = (code: number) => Promise.reject(new ApiException(code, 'refused', undefined, {}))
  const api = {
    create: async (object: KubernetesObject) => {
      const name = object.metadata?.name ?? ''
      return objects.has(name) ? refuse(409) : void objects.set(name, object)
    },
    read: async ({ metadata: { name } }: { metadata: { name: string } }) => objects.get(name) ?? refuse(404),
    delete: async ({ metadata }: KubernetesObject) => (objects.delete(metadata?.name ?? '') ? undefined : refuse(404)),
    list: async () => ({ items: [...objects.values()] }),
  }
  return { api: api as unknown as KubernetesObjectApi, objects }
}

const filter = (objects: ReadonlyMap<string, unknown>) => ({
  namespace: 'books',
  name: 'breakwater-outbound-productpage',
  spec: { configPatches: [] },
  inForce: async () => [objects.size > 0],
})

test('it is there until it is rolled back, and nothing of it remains; twice is once', async () => {
  const { api, objects } = server()
  const { apply, rollback, description } = temporaryFilter(api, filter(objects))
  expect(objects.size).toBe(0)
  await apply()
  expect(objects.get('breakwater-outbound-productpage')?.metadata?.labels).toEqual(temporaryLabel)
  await rollback()
  await rollback()
  expect(objects.size).toBe(0)
  expect(description).toBe('EnvoyFilter books/breakwater-outbound-productpage')
})

test("a stranger's filter of that name is neither replaced nor removed", async () => {
  const theirs = { metadata: { name: 'breakwater-outbound-productpage', namespace: 'books' } }
  const { api, objects } = server(theirs)
  const { apply, rollback } = temporaryFilter(api, { ...filter(objects), inForce: async () => [false] })
  await expect(apply()).rejects.toThrow(/books has an EnvoyFilter breakwater-outbound-productpage already/)
  await rollback()
  expect([...objects.values()]).toEqual([theirs])
})

test('what a killed run has left is found by its label, and removed; others are not ours', async () => {
  const theirs = { metadata: { name: 'theirs', namespace: 'books' } }
  const { api, objects } = server(theirs)
  await temporaryFilter(api, { ...filter(objects), inForce: async () => [true] }).apply()
  const [left, ...more] = await leftFilters(api, ['books'])
  expect(more).toEqual([])
  expect(left?.description).toBe('EnvoyFilter books/breakwater-outbound-productpage')
  await left?.remove()
  expect([...objects.values()]).toEqual([theirs])
})
