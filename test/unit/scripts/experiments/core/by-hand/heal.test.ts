import { expect, test } from 'vitest'
import { heal } from '../../../../../../scripts/experiments/core/by-hand/heal.ts'
import { fakeTarget } from '../fake-target.ts'

const replica = (name: string) => ({ namespace: 'shop', workload: name.split('-')[0] ?? '', name })

/** Proxies in which an abort is set; posts are recorded. */
function broken(names: readonly string[], { failing = '' } = {}) {
  const posts: string[] = []
  const runtime = { layers: ['admin'], entries: { 'fault.http.abort.abort_percent': { layer_values: ['100'] } } }
  const target = fakeTarget({
    proxies: async () => names.map(replica),
    admin:
      ({ name }) =>
      async (method, path) => {
        if (method === 'POST' && name === failing) throw new Error('no answer')
        if (method === 'POST') posts.push(`${name} ${path}`)
        return method === 'POST' ? 'OK\n' : JSON.stringify(runtime)
      },
    orphans: async () => [{ description: 'DestinationRule catalog changed', remove: async () => void posts.push('policy') }],
  })
  return { target, posts }
}

test('without a name everything is healed, with one that replica alone', async () => {
  const all = broken(['catalog-0', 'orders-0'])
  expect(await heal(all.target, undefined)).toEqual([
    'fault.http.abort.abort_percent in the proxy of catalog-0',
    'fault.http.abort.abort_percent in the proxy of orders-0',
    'DestinationRule catalog changed',
  ])
  expect(all.posts).toHaveLength(3)
  const one = broken(['catalog-0', 'orders-0'])
  expect(await heal(one.target, 'orders-0')).toEqual(['fault.http.abort.abort_percent in the proxy of orders-0'])
  expect(one.posts).toEqual(['orders-0 /runtime_modify?fault.http.abort.abort_percent='])
})

test('one that cannot be healed does not keep the others broken, and is named', async () => {
  const { target, posts } = broken(['catalog-0', 'orders-0'], { failing: 'catalog-0' })
  await expect(heal(target, undefined)).rejects.toMatchObject({
    message: 'still broken: fault.http.abort.abort_percent in the proxy of catalog-0: no answer',
    exitCode: 4,
  })
  expect(posts).toHaveLength(2)
})

test('nothing is broken', async () => {
  expect(await heal(fakeTarget(), undefined)).toEqual([])
})
