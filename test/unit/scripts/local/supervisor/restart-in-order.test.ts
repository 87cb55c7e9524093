import { expect, test } from 'vitest'
import type { RunningReplica } from '../../../../../scripts/local/supervisor/replica.ts'
import { restartsInOrder } from '../../../../../scripts/local/supervisor/restart-in-order.ts'

/** One replica whose app lives only as far as the test says. */
function fakeReplica() {
  const calls: string[] = []
  const app = { pid: 1 as number | undefined, status: 'ready' }
  const running = {
    replica: { name: 'orders-0' },
    app: { pid: () => app.pid, status: () => app.status, restart: () => void calls.push('restart') },
  } as unknown as RunningReplica
  const restarts = restartsInOrder(() => ({
    withdraw: async (name) => void calls.push(`withdraw ${name}`),
    readmit: async (name) => void calls.push(`readmit ${name}`),
  }))
  const becomes = (next: Partial<typeof app>): void => {
    Object.assign(app, next)
    restarts.changed()
  }
  return { calls, running, restarts, becomes }
}

test('nobody sends to a replica from before its end until its next process is ready', async () => {
  const { calls, running, restarts, becomes } = fakeReplica()
  await restarts.begin(running)
  expect(calls).toEqual(['withdraw orders-0', 'restart'])
  // The old process ends its work; what is said of it is not yet what is said of the next one.
  becomes({})
  becomes({ pid: undefined })
  becomes({ pid: 2, status: 'starting' })
  expect(calls).toHaveLength(2)
  becomes({ status: 'ready' })
  becomes({})
  expect(calls).toEqual(['withdraw orders-0', 'restart', 'readmit orders-0'])
})

test('a restart asked for twice withdraws once, and is over when the last process is ready', async () => {
  const { calls, running, restarts, becomes } = fakeReplica()
  await restarts.begin(running)
  becomes({ pid: 2, status: 'starting' })
  await restarts.begin(running)
  becomes({ status: 'ready' })
  expect(calls).toEqual(['withdraw orders-0', 'restart', 'restart'])
  becomes({ pid: 3 })
  expect(calls.at(-1)).toBe('readmit orders-0')
})

test('an app that is down has nothing to end; it is sent to again when it is ready', async () => {
  const { calls, running, restarts, becomes } = fakeReplica()
  becomes({ pid: undefined, status: 'restarting' })
  await restarts.begin(running)
  becomes({ pid: 2, status: 'ready' })
  expect(calls).toEqual(['withdraw orders-0', 'restart', 'readmit orders-0'])
})

test('before there is a policy, as while the shop starts, only the app restarts', async () => {
  const { calls, running, becomes } = fakeReplica()
  const restarts = restartsInOrder(() => undefined)
  await restarts.begin(running)
  becomes({ pid: 2 })
  restarts.changed()
  expect(calls).toEqual(['restart'])
})
