import { expect, test } from 'vitest'
import { restartInTurn } from '../../../../scripts/local/restart-in-turn.ts'
import type { LocalState, ReplicaState } from '../../../../scripts/local/state.ts'

const { signal } = new AbortController()
const replica = (workload: string, number: number): ReplicaState => ({
  name: `${workload}-${number}`,
  workload,
  replica: number,
  status: 'ready',
  restarts: 0,
  app: { pid: 10 + number, port: 1 },
  sidecar: { adminPort: 2, inboundPort: 3, outboundPort: 4, accessLog: '' },
})

/** A supervisor whose replicas are ready again after so many looks, or never. */
function fakeShop(looks = 2) {
  const said: string[] = []
  let replicas = [replica('catalog', 0), replica('catalog', 1), replica('orders', 0)]
  let left = 0
  const set = (name: string, more: Partial<ReplicaState>): void => {
    replicas = replicas.map((one) => (one.name === name ? { ...one, ...more } : one))
  }
  let away = ''
  return {
    said,
    restart: async (name: string) => {
      said.push(`restart ${name}`)
      // The old process is ready until it ends.
      left = looks
      away = name
    },
    state: async () => {
      left -= 1
      if (away && left === 0) {
        set(away, { app: { pid: 99, port: 1 } })
        said.push(`ready ${away}`)
      }
      return { replicas } as unknown as LocalState
    },
  }
}

test('each is restarted when the one before is ready, in a process of its own', async () => {
  const shop = fakeShop()
  const ready: string[] = []
  await expect(restartInTurn(shop, 'catalog', { signal, onReady: (name) => void ready.push(name) })).resolves.toEqual([
    'catalog-0',
    'catalog-1',
  ])
  expect(shop.said).toEqual(['restart catalog-0', 'ready catalog-0', 'restart catalog-1', 'ready catalog-1'])
  expect(ready).toEqual(['catalog-0', 'catalog-1'])
})

test('one that is not ready in time ends it, and the next is left alone', async () => {
  const shop = fakeShop(Number.POSITIVE_INFINITY)
  await expect(restartInTurn(shop, 'catalog', { signal, readyWithinMs: 50 })).rejects.toThrow(
    'catalog-0 is not ready 0.05 s after its restart',
  )
  expect(shop.said).toEqual(['restart catalog-0'])
})

test('an interrupted one restarts no other', async () => {
  const shop = fakeShop()
  await expect(restartInTurn(shop, 'catalog', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  expect(shop.said).toEqual([])
})
