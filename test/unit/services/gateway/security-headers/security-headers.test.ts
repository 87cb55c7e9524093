import { pino } from 'pino'
import { expect, test } from 'vitest'
import { securityHeaders } from '../../../../../services/gateway/security-headers/security-headers.ts'
import { createServer } from '../../../../../services/shared/runtime/http/server.ts'

const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
securityHeaders(app)
app.addHook('onRequest', async ({ url }) => {
  if (url === '/refused') throw new Error('refused')
})
app.get('/api', () => ({}))
app.get('/refused', () => ({}))
app.get('/page', (_request, reply) => reply.header('content-security-policy', "default-src 'self'").send('<p>'))

const expected = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
const others = ['date', 'connection', 'content-type', 'content-length', 'traceparent']

test.each([
  ['/api', 200],
  ['/refused', 500],
  ['/nowhere', 404],
  ['/healthz', 200],
])('answers at %s have the headers, and no HSTS', async (url, status) => {
  const { statusCode, headers } = await app.inject({ url })
  expect(statusCode).toBe(status)
  expect(Object.fromEntries(Object.entries(headers).filter(([name]) => !others.includes(name)))).toEqual(expected)
})

test('a page says what it needs', async () => {
  expect((await app.inject({ url: '/page' })).headers).toMatchObject({ ...expected, 'content-security-policy': "default-src 'self'" })
})
