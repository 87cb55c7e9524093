import { DatabaseError } from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { parseCursor } from '../../../../services/order-history/projections/cursor.ts'
import { serveOperations } from '../../../../services/order-history/routes/operations-routes.ts'
import { serveOrders } from '../../../../services/order-history/routes/order-routes.ts'
import { createServer } from '../../../../services/shared/runtime/http/server.ts'
import type { Queries } from '../../../../services/shared/runtime/projections/index.ts'
import { orderId } from '../../order-snapshots.ts'

/** The routes over a database that answers nothing, or fails with a SQLSTATE; `asked` counts what reached it. */
function readSide(code?: string) {
  let asked = 0
  const database: Queries = {
    query: async () => {
      asked += 1
      if (code) throw Object.assign(new DatabaseError('out of range: "a secret"', 0, 'error'), { code })
      return []
    },
  }
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  serveOrders(app, database, { untilFound: (_, look) => look() }, () => new Date())
  serveOperations(app, database, { request: async () => undefined, state: async () => undefined }, () => new Date())
  return { get: async (url: string) => (await app.inject({ url })).json(), asked: () => asked }
}

const cursorOf = (text: string) => Buffer.from(text).toString('base64url')
const id = orderId('1')
const good = `2026-03-01T10:00:00.000Z ${id}`

test.each([
  ['revenue?from=0000-01-01', 'VALIDATION_FAILED'],
  ['revenue?to=0000-12-31', 'VALIDATION_FAILED'],
  ['revenue?from=0000-01-01&to=2026-01-01', 'VALIDATION_FAILED'],
  ['revenue?from=2026-02-30', 'VALIDATION_FAILED'],
  ['revenue?from=10000-01-01', 'VALIDATION_FAILED'],
  ['revenue?from=infinity', 'VALIDATION_FAILED'],
  ['revenue?from=2026-03-02&to=2026-03-01', 'PERIOD_INVALID'],
])('%s is refused before it reaches the database', async (query, code) => {
  const { get, asked } = readSide()
  expect(await get(`/operations/${query}`)).toMatchObject({ status: 400, code })
  expect(asked()).toBe(0)
})

test('a period of one day is one', async () => {
  expect(await readSide().get('/operations/revenue?from=2026-03-01&to=2026-03-01')).toEqual({ days: [] })
})

test.each([
  ['year 0', cursorOf(good.replace('2026', '0000'))],
  ['a time zone', cursorOf(good.replace('.000Z', '+01:00'))],
  ['a suffix of RFC 9557', cursorOf(good.replace('Z', 'Z[Europe/Paris]'))],
  ['a fraction that is too long', cursorOf(good.replace('.000Z', '.0000000000000000001Z'))],
  ['a word behind it', cursorOf(`${good} and more`)],
  ['a line behind it', cursorOf(`${good}\n`)],
  ['padding', `${cursorOf(good)}=`],
  ['what base64 passes over', `${cursorOf(good)}!!`],
  ['NUL', cursorOf(good.replace('2026', '2\x026'))],
])('a cursor with %s is refused before it reaches the database', async (_, after) => {
  const { get, asked } = readSide()
  expect(await get(`/customers/ada/orders?after=${encodeURIComponent(after)}`)).toMatchObject({ status: 400, code: 'CURSOR_INVALID' })
  expect(asked()).toBe(0)
  expect(parseCursor(cursorOf(good))).toEqual({ placedAt: '2026-03-01T10:00:00.000Z', orderId: id })
})

test.each([
  `/orders/${id}`,
  `/orders/${id}/workflow`,
  '/customers/ada',
  '/customers/ada/orders',
  '/operations/stuck',
  '/operations/stock',
  '/operations/revenue',
])('%s: a value that the database refuses all the same is the caller’s fault, and nothing is told of the database', async (path) => {
  for (const code of ['22008', '22007', '22021', '22P02', '22003']) {
    const problem = await readSide(code).get(path)
    expect(problem).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
    expect(JSON.stringify(problem)).not.toContain('secret')
  }
  expect(await readSide('42P01').get(path), 'a fault of ours stays one').toMatchObject({ status: 500, code: 'INTERNAL' })
})
