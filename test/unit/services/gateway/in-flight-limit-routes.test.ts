import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { fakeMesh } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

afterEach(() => {
  vi.useRealTimers()
})

const path = '/v1/operations/in-flight-limit'

test('another limit holds for its time, then the configured one again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const app = createGateway({ mesh: fakeMesh({}), logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)], maxInFlight: 100 })
  const now = async () => (await app.inject(path)).json()
  const set = (payload: object) => app.inject({ method: 'POST', url: path, payload })
  expect(await now()).toEqual({ maxInFlight: 100, limit: 64, inFlight: 1 })
  expect((await set({ maxInFlight: 0, seconds: 60 })).json()).toMatchObject({ maxInFlight: 0, limit: 0 })
  vi.advanceTimersByTime(59_000)
  expect(await now()).toMatchObject({ maxInFlight: 0 })
  // Set again, its time begins anew.
  await set({ maxInFlight: 7, seconds: 60 })
  vi.advanceTimersByTime(59_000)
  expect(await now()).toMatchObject({ maxInFlight: 7, limit: 7 })
  vi.advanceTimersByTime(1_000)
  expect(await now()).toMatchObject({ maxInFlight: 100, limit: 64 })
})

test.each([{ maxInFlight: -1, seconds: 60 }, { maxInFlight: 0 }, { maxInFlight: 0, seconds: 601 }])('%j is refused', async (payload) => {
  const app = createGateway({ mesh: fakeMesh({}), logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)], maxInFlight: 100 })
  expect((await app.inject({ method: 'POST', url: path, payload })).statusCode).toBe(400)
  expect((await app.inject(path)).json()).toMatchObject({ maxInFlight: 100 })
})
