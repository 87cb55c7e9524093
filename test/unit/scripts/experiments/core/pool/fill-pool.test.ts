import { expect, test } from 'vitest'
import { fillPool } from '../../../../../../scripts/experiments/core/pool/fill-pool.ts'

/**
 * A pool of Envoy's: a host that has no connection gets one beyond the limit, and whoever takes it waits until it is open. Connections open at the
 * first look after that.
 */
function simulatedPool({ maxConnections, maxPending, hosts }: { maxConnections: number; maxPending: number; hosts: number }) {
  const state = { active: 0, pending: 0, refused: 0 }
  let connecting = 0
  const sent: number[] = []
  const open = () => {
    state.active += connecting
    state.pending -= connecting
    connecting = 0
  }
  return {
    sent,
    send: (count: number) => {
      sent.push(count)
      for (let n = 0; n < count; n++) {
        if (state.pending >= maxPending) state.refused += 1
        else {
          state.pending += 1
          if (state.active + connecting < maxConnections || state.active + connecting < hosts) connecting += 1
        }
      }
    },
    sample: async () => {
      const seen = { active: state.active, pending: state.pending }
      open()
      return seen
    },
    refused: () => state.refused,
  }
}
const filled = (pool: { maxConnections: number; maxPending: number; hosts: number }) => {
  const { sent, ...simulated } = simulatedPool(pool)
  const requests = pool.maxConnections + pool.maxPending + 8 + pool.hosts - 1
  return {
    sent,
    requests,
    seen: fillPool({ ...pool, ...simulated, requests, timeoutMs: 300, signal: new AbortController().signal }),
  }
}

test('no more are sent at once than may wait, until all connections are taken; then the rest', async () => {
  const { sent, seen } = filled({ maxConnections: 5, maxPending: 2, hosts: 1 })
  expect(await seen).toEqual({ active: 5, pending: 2, refused: 8 })
  expect(sent).toEqual([2, 2, 1, 10])
})

test('a place that came free because a host got a connection beyond the limit is taken by one of the last', async () => {
  const { sent, seen, requests } = filled({ maxConnections: 2, maxPending: 1, hosts: 4 })
  expect(await seen).toEqual({ active: 4, pending: 1, refused: requests - 5 })
  expect(sent).toEqual([1, 1, requests - 5, 1, 1, 1])
})

test('where it is not counted who waits, as many are believed to as may', async () => {
  const { sample, ...pool } = simulatedPool({ maxConnections: 1, maxPending: 1, hosts: 1 })
  const limits = { maxConnections: 1, maxPending: 1, hosts: 1 }
  const uncounted = async () => ({ active: (await sample()).active, pending: undefined })
  const began = performance.now()
  const seen = await fillPool({
    ...limits,
    ...pool,
    sample: uncounted,
    requests: 10,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  })
  expect(seen).toEqual({ active: 1, pending: undefined, refused: 8 })
  expect(performance.now() - began).toBeLessThan(4_000)
})

test('whoever interrupts does not wait', async () => {
  const { sent, ...pool } = simulatedPool({ maxConnections: 1, maxPending: 1, hosts: 1 })
  const signal = AbortSignal.abort(new Error('Ctrl-C'))
  await expect(fillPool({ maxConnections: 1, maxPending: 1, hosts: 1, ...pool, requests: 10, timeoutMs: 5_000, signal })).rejects.toThrow(
    'Ctrl-C',
  )
  expect(sent).toEqual([1])
})
