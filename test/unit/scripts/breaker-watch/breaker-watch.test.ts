import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { breakerWatch, type Look, type WatchedMesh } from '../../../../scripts/breaker-watch/breaker-watch.ts'
import type { ClusterSnapshot } from '../../../../scripts/breaker-watch/snapshot.ts'

const cluster = 'outbound|80||catalog.shop.svc.cluster.local'
const replica = (name: string) => ({ namespace: 'shop', workload: name, name })
const of = (ejected: boolean): Map<string, ClusterSnapshot> =>
  new Map([[cluster, { atMs: 0, pool: new Map(), hosts: [{ address: 'a:1', ejected, requests: 0, active: 0, succeeded: 0, failed: 0 }] }]])

function fakeMesh(names: readonly string[] = ['gateway-0']) {
  const state = { ejected: false }
  const read = vi.fn(async (_name: string, _options?: { latency?: boolean }) => of(state.ejected))
  const mesh: WatchedMesh = {
    proxies: vi.fn(async () => names.map(replica)),
    reader: ({ name }) => ({ read: (_atMs, options) => read(name, options), rules: async () => new Map() }),
    hostNames: async () => new Map([['a:1', 'catalog-0']]),
  }
  return { mesh, read, state }
}

/** Watches until the test ends; collects what it is told. */
function collect(watch: ReturnType<typeof breakerWatch>, options: { periodMs?: number; latency?: boolean } = { periodMs: 5 }) {
  const [ended, looks] = [new AbortController(), [] as Look[]]
  const done = (async () => {
    for await (const look of watch.watch(ended.signal, options)) looks.push(look)
  })()
  const end = async () => {
    ended.abort()
    await done
  }
  onTestFinished(end)
  return { looks, end }
}

test('while nobody watches, no proxy is asked; also not when the last has left', async () => {
  const { mesh, read } = fakeMesh()
  const watch = breakerWatch(mesh)
  await delay(20)
  expect(mesh.proxies).not.toHaveBeenCalled()
  const { looks, end } = collect(watch)
  await vi.waitFor(() => expect(looks.length).toBeGreaterThan(2))
  await end()
  await delay(20)
  const asked = read.mock.calls.length
  await delay(40)
  expect(read.mock.calls.length).toBe(asked)
  expect(watch.now().breakers.map(({ host }) => host)).toEqual(['catalog pool', 'catalog-0'])
})

test('all who watch share one reading, and are told each change once', async () => {
  const { mesh, read, state } = fakeMesh()
  const watch = breakerWatch(mesh)
  const [one, other] = [collect(watch), collect(watch, { periodMs: 10_000 })]
  await vi.waitFor(() => expect(one.looks.length).toBeGreaterThan(2))
  state.ejected = true
  await vi.waitFor(() => expect(watch.now().breakers[1]?.state).toBe('ejected'))
  await vi.waitFor(() => expect(other.looks.at(-1)?.breakers[1]?.state).toBe('ejected'))
  expect(read.mock.calls.length).toBeLessThanOrEqual(one.looks.length + 2)
  const changes = one.looks.flatMap((look) => look.changes)
  expect(changes).toMatchObject([{ caller: 'gateway-0', host: 'catalog-0', from: 'closed', to: 'ejected' }])
  expect(watch.changes(0)).toEqual(changes)
  expect(watch.changes((changes[0]?.atMs ?? 0) + 1)).toEqual([])
})

test('what changed while nobody watched is no change', async () => {
  const { mesh, state } = fakeMesh()
  const watch = breakerWatch(mesh)
  const first = collect(watch)
  await vi.waitFor(() => expect(first.looks.length).toBeGreaterThan(0))
  await first.end()
  await delay(20)
  state.ejected = true
  const second = collect(watch)
  await vi.waitFor(() => expect(second.looks.at(-1)?.breakers[1]?.state).toBe('ejected'))
  expect(watch.changes(0)).toEqual([])
})

test('a proxy that does not answer is silent, and keeps nobody waiting', async () => {
  const { mesh, read } = fakeMesh(['gateway-0', 'orders-0', 'stopped-0'])
  const never = Promise.withResolvers<Map<string, ClusterSnapshot>>()
  read.mockImplementation(async (name) => {
    if (name === 'orders-0') throw new Error('refused')
    return name === 'stopped-0' ? never.promise : of(false)
  })
  const { looks } = collect(breakerWatch(mesh))
  await vi.waitFor(() => expect(looks.length).toBeGreaterThan(3))
  expect(looks.at(-1)?.silent).toEqual(['orders-0', 'stopped-0'])
  expect(looks.at(-1)?.breakers).toHaveLength(2)
  expect(read.mock.calls.filter(([name]) => name === 'stopped-0')).toHaveLength(1)
  never.resolve(of(false))
  await vi.waitFor(() => expect(looks.at(-1)?.breakers).toHaveLength(4))
})

test('how long answers took is read while somebody wants it', async () => {
  const { mesh, read } = fakeMesh()
  const watch = breakerWatch(mesh)
  const plain = collect(watch)
  await vi.waitFor(() => expect(plain.looks.length).toBeGreaterThan(0))
  expect(read.mock.calls[0]?.[1]).toEqual({ latency: false })
  collect(watch, { periodMs: 5, latency: true })
  await vi.waitFor(() => expect(read.mock.calls.at(-1)?.[1]).toEqual({ latency: true }))
})

test('a mesh that cannot be listed just now has the proxies that it had', async () => {
  const { mesh } = fakeMesh()
  vi.mocked(mesh.proxies).mockRejectedValueOnce(new Error('away'))
  const { looks } = collect(breakerWatch(mesh))
  await vi.waitFor(() => expect(looks.length).toBeGreaterThan(1))
  expect(looks[0]?.breakers).toEqual([])
})
