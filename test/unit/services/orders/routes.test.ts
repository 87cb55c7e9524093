import { expect, test } from 'vitest'
import { ordersService } from '../../../../services/orders/app.ts'
import type { OrdersEvent } from '../../../../services/orders/decider/evolve.ts'
import { requestHashOf } from '../../../../services/orders/routes/order-snapshot.ts'
import { EventLogUnavailable } from '../../../../services/shared/runtime/event-sourcing/index.ts'
import { orderId, orderSnapshot, respondBy } from '../../order-snapshots.ts'
import { type History, serviceInMemory } from '../../service-in-memory.ts'

const { customerId, lines, shipTo } = orderSnapshot('1', ['2 MUG', '1 TEA'])
const request = { customerId, lines, shipTo }
const key = 'key-of-ada-1'

const placedAt = new Date('2026-01-01T00:00:00.000Z')
const orders = (...histories: readonly History<OrdersEvent>[]) =>
  serviceInMemory(
    ordersService(15 * 60_000, () => placedAt),
    ...histories,
  )
const place = (payload: unknown, headers: Record<string, string> = { 'idempotency-key': key }) => ({
  method: 'POST' as const,
  url: '/orders',
  headers: { 'content-type': 'application/json', ...headers },
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
})

test('an order is accepted under an id derived from its key', async () => {
  const { app, submitted } = orders()
  const answer = await app.inject(place(request))
  const id = answer.json().orderId
  expect(id).toMatch(/^ord_[A-Za-z0-9_-]{22}$/)
  expect([answer.statusCode, answer.headers.location]).toEqual([202, `/orders/${id}`])
  expect(submitted).toMatchObject([{ type: 'PlaceOrder', data: { order: { orderId: id, total: 3000, lines }, respondBy } }])
})

test('the same key and request is the same order, also when a price has changed or lines of JSON are ordered otherwise', async () => {
  const { app } = orders()
  const dearer = { shipTo, lines: lines.map((line) => ({ ...line, unitPrice: 1 })), customerId }
  const answers = [await app.inject(place(request)), await app.inject(place(request)), await app.inject(place(dearer))]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202])
  expect(new Set(answers.map((answer) => answer.json().orderId)).size).toBe(1)
})

test('the answer tells the version, so that a reader can ask for it; a repeated wish is told the version that there is', async () => {
  const { app, answer } = orders()
  const cancel = (id: string) => app.inject({ method: 'POST', url: `/orders/${id}/cancel` })
  const placed = await app.inject(place(request))
  const { orderId: id } = placed.json()
  const answers = [placed, await app.inject(place(request)), await cancel(id), await cancel(id), await app.inject(place(request))]
  expect(answers.map(({ headers }) => headers.etag)).toEqual(['"1"', '"1"', '"2"', '"2"', '"2"'])
  answer(async () => ({ status: 'pending' }))
  expect((await cancel(id)).headers.etag, 'nobody knows yet').toBeUndefined()
})

const otherLines = { ...request, lines: lines.slice(0, 1) }

test('the same key with another request is a 409', async () => {
  const { app } = orders()
  await app.inject(place(request))
  const answer = await app.inject(place(otherLines))
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
})

test('two customers with the same key have an order each', async () => {
  const { app } = orders()
  const [adas, bobs] = [await app.inject(place(request)), await app.inject(place({ ...request, customerId: 'bob' }))]
  expect([adas.statusCode, bobs.statusCode]).toEqual([202, 202])
  expect(bobs.json().orderId).not.toBe(adas.json().orderId)
  expect((await app.inject(place(request))).json(), 'and each meets their own again').toEqual(adas.json())
})

/** SHA-256 of `key-of-ada-1`, as releases before named the order. */
const namedByKeyAlone = 'ord__oggoJ2tDKxhDY7wEkBHLl'

test('an order of an earlier release, named by its key alone, is met again by its customer, and by nobody else', async () => {
  const order = { ...orderSnapshot('1', ['2 MUG', '1 TEA']), orderId: namedByKeyAlone }
  const placed = { type: 'orders.OrderPlaced', data: { order, requestHash: requestHashOf(request), respondBy } } as const
  const { app } = orders([namedByKeyAlone, placed])
  const [again, other, bobs] = [
    await app.inject(place(request)),
    await app.inject(place(otherLines)),
    await app.inject(place({ ...request, customerId: 'bob' })),
  ]
  expect([again.statusCode, again.json().orderId, again.headers.etag]).toEqual([202, namedByKeyAlone, '"1"'])
  expect([other.statusCode, other.json().code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
  expect(bobs.statusCode).toBe(202)
  expect(JSON.stringify([bobs.headers, bobs.body])).not.toContain(namedByKeyAlone)
})

test("the gateway's hash of the request is preferred to our own", async () => {
  const { app } = orders()
  const headers = { 'idempotency-key': key, 'x-request-hash': 'abc' }
  await app.inject(place(request, headers))
  expect((await app.inject(place(otherLines, headers))).statusCode).toBe(202)
  expect((await app.inject(place(request, { ...headers, 'x-request-hash': 'def' }))).statusCode).toBe(409)
})

test('an order that is not decided in time is accepted: it is in the log', async () => {
  const { app, answer } = orders()
  answer(async () => ({ status: 'pending' }))
  expect((await app.inject(place(request))).statusCode).toBe(202)
})

test('without Kafka nothing is accepted, and the caller may come again', async () => {
  const { app, answer } = orders()
  answer(() => Promise.reject(new EventLogUnavailable('secret host')))
  const refused = await app.inject(place(request))
  expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([503, 'UPSTREAM_UNAVAILABLE', '1'])
  expect(refused.body).not.toContain('secret')
})

test('a cancelled order is accepted, again and again; an unknown one is a 404, a shipped one a 409', async () => {
  const order = orderSnapshot('2', ['1 MUG'])
  const { app } = orders([
    order.orderId,
    { type: 'orders.OrderPlaced', data: { order, requestHash: 'h', respondBy } },
    { type: 'orders.OrderShipped', data: { order, trackingId: 't' } },
  ])
  const cancel = (id: string) => app.inject({ method: 'POST', url: `/orders/${id}/cancel` })
  const { orderId: id } = (await app.inject(place(request))).json()
  for (const _attempt of [1, 2]) expect([(await cancel(id)).statusCode, (await cancel(id)).json()]).toEqual([202, { orderId: id }])
  expect([(await cancel(orderId('9'))).statusCode, (await cancel(orderId('9'))).json().code]).toEqual([404, 'ORDER_UNKNOWN'])
  expect([(await cancel(order.orderId)).statusCode, (await cancel(order.orderId)).json().code]).toEqual([409, 'ORDER_ALREADY_SHIPPED'])
})

test('a cancellation of what somebody saw is refused once the order has moved on', async () => {
  const { app } = orders()
  const { orderId: id } = (await app.inject(place(request))).json()
  const cancel = async (tag: string) => {
    const answer = await app.inject({ method: 'POST', url: `/orders/${id}/cancel`, headers: { 'if-match': tag } })
    return [answer.statusCode, answer.json().code]
  }
  const conflict = [412, 'VERSION_CONFLICT']
  for (const other of ['"2"', 'W/"1"', '"2", "3"', 'W/"1", "2"', '"abc"', `"${'9'.repeat(99)}"`, '""', '"-1"', '"0"', '"1,2"']) {
    expect(await cancel(other), other).toEqual(conflict)
  }
  expect(await cancel('"1"')).toEqual([202, undefined])
  expect(await cancel('"1"')).toEqual(conflict)
})

test.each(['"1"', '"1.12"', '*', ' * ', '"0", "1"', '"3","2", "1"', ', "1",,', 'W/"1", "1"', '"abc", "1"'])(
  'If-Match: %s allows version 1',
  async (tag) => {
    const { app } = orders()
    const { orderId: id } = (await app.inject(place(request))).json()
    expect((await app.inject({ method: 'POST', url: `/orders/${id}/cancel`, headers: { 'if-match': tag } })).statusCode).toBe(202)
  },
)

test.each(['1', '"1', '*, "1"', '"1" "2"', 'w/"1"', '', Array.from({ length: 11 }, (_, n) => `"${n}"`).join()])(
  'If-Match: %s is no condition, so it is refused',
  async (tag) => {
    const { app, submitted } = orders()
    const answer = await app.inject({ method: 'POST', url: `/orders/${orderId('1')}/cancel`, headers: { 'if-match': tag } })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'IF_MATCH_INVALID'])
    expect(submitted).toEqual([])
  },
)

test('what is refused anyway is not refused for its version', async () => {
  const { app } = orders()
  const answer = await app.inject({ method: 'POST', url: `/orders/${orderId('9')}/cancel`, headers: { 'if-match': '"1"' } })
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'ORDER_UNKNOWN'])
})

test('a cancellation may be called JSON and have no body', async () => {
  const { app } = orders()
  const { orderId: id } = (await app.inject(place(request))).json()
  const headers = { 'content-type': 'application/json' }
  expect((await app.inject({ method: 'POST', url: `/orders/${id}/cancel`, headers, payload: '' })).statusCode).toBe(202)
})

const [mug] = lines
test.each([
  ['malformed JSON', '{"customerId":', 400, 'MALFORMED_JSON'],
  ['no lines', { ...request, lines: [] }, 400, 'VALIDATION_FAILED'],
  ['21 lines', { ...request, lines: Array(21).fill(mug) }, 400, 'VALIDATION_FAILED'],
  ['a quantity of 0', { ...request, lines: [{ ...mug, quantity: 0 }] }, 400, 'VALIDATION_FAILED'],
  ['a quantity of 10^9', { ...request, lines: [{ ...mug, quantity: 1e9 }] }, 400, 'VALIDATION_FAILED'],
  ['a negative price', { ...request, lines: [{ ...mug, unitPrice: -1 }] }, 400, 'VALIDATION_FAILED'],
  ['a field more', { ...request, admin: true }, 400, 'VALIDATION_FAILED'],
  ['a SKU twice', { ...request, lines: [mug, mug] }, 422, 'SKU_REPEATED'],
  [
    'a total beyond all bounds',
    { ...request, lines: [{ ...mug, quantity: 1000, unitPrice: 100_000_000_00 }] },
    422,
    'ORDER_TOTAL_TOO_LARGE',
  ],
  ['10 MB', ' '.repeat(10 * 1024 * 1024), 413, 'BODY_TOO_LARGE'],
])('bad input is refused and nothing is submitted: %s', async (_name, payload, status, code) => {
  const { app, submitted } = orders()
  const answer = await app.inject(place(payload))
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  expect(answer.body).not.toMatch(/\bat .*\.ts:/)
  expect(submitted).toEqual([])
})

test.each([
  ['no key', {}, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
  ['a short key', { 'idempotency-key': 'short' }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ['a garbage key', { 'idempotency-key': '{"$gt":""}<script>' }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ['an endless key', { 'idempotency-key': 'k'.repeat(129) }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ['an endless hash', { 'idempotency-key': key, 'x-request-hash': 'h'.repeat(129) }, 400, 'VALIDATION_FAILED'],
  ['a wrong content type', { 'idempotency-key': key, 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
])('bad headers are refused and nothing is submitted: %s', async (_name, headers, status, code) => {
  const { app, submitted } = orders()
  const answer = await app.inject(place(request, headers))
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  expect(submitted).toEqual([])
})

test('a garbage order id is refused and nothing is submitted', async () => {
  const { app, submitted } = orders()
  expect((await app.inject({ method: 'POST', url: '/orders/garbage/cancel' })).json().code).toBe('VALIDATION_FAILED')
  expect(submitted).toEqual([])
})
