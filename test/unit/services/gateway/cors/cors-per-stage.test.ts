import type { FastifyRequest } from 'fastify'
import { pino } from 'pino'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { authorizeRequests } from '../../../../../services/gateway/access/authorize-requests.ts'
import { corsPerStage } from '../../../../../services/gateway/cors/cors-per-stage.ts'
import { CorsSettings } from '../../../../../services/shared/contracts/api/cors.ts'
import { createServer } from '../../../../../services/shared/runtime/http/server.ts'

const settings: Record<string, CorsSettings> = {
  listed: { origins: ['https://shop.example', 'http://localhost:5173'], credentials: true, maxAgeSeconds: 60 },
  open: { origins: '*', requestHeaders: ['content-type'], exposedHeaders: ['etag'] },
}

const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
corsPerStage(app, ({ headers }: FastifyRequest) => settings[String(headers['x-stage'])])
authorizeRequests(app, { authorizers: [] })
app.get('/open', { config: { access: 'anonymous' } }, () => ({}))
app.post('/orders', { config: { access: { scopes: ['orders:own'] } } }, () => ({}))

const ask = async (stage: string, method: 'GET' | 'POST' | 'OPTIONS', url: string, headers: Record<string, string>) => {
  const { statusCode, headers: answered, body } = await app.inject({ method, url, headers: { 'x-stage': stage, ...headers } })
  const cors = Object.fromEntries(Object.entries(answered).filter(([name]) => name.startsWith('access-control-') || name === 'vary'))
  return { status: statusCode, cors, body }
}
const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-evil' }
const shop = { origin: 'https://shop.example' }

test('a page of the list may read, with credentials', async () => {
  const { status, cors } = await ask('listed', 'GET', '/open', shop)
  expect([status, cors]).toEqual([
    200,
    {
      vary: 'Origin',
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': expect.stringContaining('etag, location, retry-after'),
    },
  ])
})

test('it is told what it may send before anybody asks who it is, and may read the refusal', async () => {
  const { status, cors, body } = await ask('listed', 'OPTIONS', '/orders', { ...shop, ...preflight })
  expect([status, body]).toEqual([204, ''])
  expect(cors).toMatchObject({
    'access-control-allow-origin': 'https://shop.example',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': expect.stringMatching(/^authorization, content-type, idempotency-key,(?!.*x-evil)/),
    'access-control-max-age': '60',
  })
  expect(await ask('listed', 'POST', '/orders', shop)).toMatchObject({
    status: 401,
    cors: { 'access-control-allow-origin': 'https://shop.example' },
  })
})

test('any page may read where that is set, without credentials', async () => {
  const { status, cors } = await ask('open', 'OPTIONS', '/orders', { origin: 'https://anywhere.example', ...preflight })
  expect(status).toBe(204)
  expect(cors).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'content-type',
    'access-control-expose-headers': 'etag',
    'access-control-max-age': '600',
  })
  expect(cors).not.toHaveProperty('access-control-allow-credentials')
})

test.each([
  ['another page', 'listed', 'https://shop.example.evil'],
  ['a page of another port', 'listed', 'https://shop.example:8443'],
  ['a page without encryption', 'listed', 'http://shop.example'],
  ['a page in a sandbox', 'listed', 'null'],
  ['any page where nothing is set', 'prod', 'https://shop.example'],
])('%s learns nothing', async (_what, stage, origin) => {
  expect(await ask(stage, 'GET', '/open', { origin })).toMatchObject({ status: 200, cors: { vary: 'Origin' } })
  const { status, cors, body } = await ask(stage, 'OPTIONS', '/orders', { origin, ...preflight })
  expect([status, JSON.parse(body).code, cors]).toEqual([405, 'METHOD_NOT_ALLOWED', { vary: 'Origin' }])
})

test('OPTIONS that asks nothing is a method that the path does not have, and an unknown path stays unknown', async () => {
  expect(await ask('listed', 'OPTIONS', '/orders', shop)).toMatchObject({ status: 405 })
  expect(await ask('listed', 'OPTIONS', '/nowhere', {})).toMatchObject({ status: 404 })
})

const schema = Compile(CorsSettings)
test.each<[string, unknown, boolean]>([
  ['a list', settings.listed, true],
  ['any page', settings.open, true],
  ['an address in brackets', { origins: ['http://[::1]:3000'] }, true],
  ['an empty list', { origins: [] }, false],
  ['any page in a list', { origins: ['*'] }, false],
  ['a path', { origins: ['https://shop.example/'] }, false],
  ['null', { origins: ['null'] }, false],
  ['a pattern', { origins: ['https://*.example'] }, false],
  ['big letters', { origins: ['https://Shop.example'] }, false],
  ['a line end in a header', { origins: '*', exposedHeaders: ['a\r\nb'] }, false],
  ['longer than browsers keep it', { origins: '*', maxAgeSeconds: 86_401 }, false],
])('settings with %s', (_what, given, expected) => {
  expect(schema.Check(given)).toBe(expected)
})
