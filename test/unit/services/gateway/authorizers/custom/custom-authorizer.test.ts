import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unauthenticated } from '../../../../../../services/gateway/access/access-problems.ts'
import { authorizeRequests } from '../../../../../../services/gateway/access/authorize-requests.ts'
import type { AskAuthorizer } from '../../../../../../services/gateway/authorizers/custom/call-function.ts'
import { httpService } from '../../../../../../services/gateway/authorizers/custom/call-service.ts'
import { customAuthorizer } from '../../../../../../services/gateway/authorizers/custom/custom-authorizer.ts'
import { readCustomAuthorizer } from '../../../../../../services/gateway/authorizers/custom/settings.ts'
import { createServer } from '../../../../../../services/shared/runtime/http/server.ts'

type Asked = Record<string, unknown>

/** A server whose one authorizer answers as the test says, and remembers what it was asked. */
function server(given: object, answer: (event: Asked) => unknown, now = () => 0) {
  const settings = readCustomAuthorizer(JSON.stringify({ service: 'http://authorizer/', ...given }))
  const events: Asked[] = []
  const failures: string[] = []
  const authorizer: AskAuthorizer = {
    ask: async (event) => {
      events.push(event as Asked)
      return answer(event as Asked)
    },
    close: async () => undefined,
  }
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  const custom = customAuthorizer({ settings, authorizer, now, failed: ({ message }) => failures.push(message) })
  authorizeRequests(app, { authorizers: [custom] })
  const access = { scopes: ['orders:own'] } as const
  app.get('/v1/orders/:id', { config: { access } }, ({ caller }) => ({ ...caller, scopes: [...caller.scopes] }))
  app.get('/v1/operations/stuck', { config: { access } }, () => ({}))
  const ask = async (options: InjectOptions = {}) => {
    const { statusCode, body } = await app.inject({ url: '/v1/orders/ord_1', headers: { authorization: 'secret' }, ...options })
    const parsed = JSON.parse(body) as Record<string, unknown>
    return { status: statusCode, code: parsed.code, body: parsed }
  }
  return { app, ask, events, failures }
}

const arn = (path: string) => `arn:aws:execute-api:local:000000000000:breakwater/prod/GET${path}`
const policy = (Effect: string, Resource: unknown, more: object = {}) => ({
  principalId: 'user|1',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
  ...more,
})
const v2 = { type: 'REQUEST', payloadFormatVersion: '2.0', identitySources: ['$request.header.Authorization'] }

test('a TOKEN authorizer gets the token and what is called, and its policy decides', async () => {
  const { ask, events } = server({}, () => policy('Allow', '*', { context: { customerId: 'alice' } }))
  expect(await ask()).toEqual({
    status: 200,
    code: undefined,
    body: { kind: 'custom', id: 'user|1', customerId: 'alice', scopes: ['orders:own'] },
  })
  expect(events).toEqual([{ type: 'TOKEN', authorizationToken: 'secret', methodArn: arn('/v1/orders/ord_1') }])
})

test('without its token, or with one that does not look like one, it is not asked', async () => {
  const { ask, events } = server({ identityValidation: '^sec' }, () => policy('Allow', '*'))
  for (const headers of [{}, { authorization: '' }, { authorization: 'Bearer x' }])
    expect(await ask({ headers })).toMatchObject({ status: 401 })
  expect(events).toEqual([])
  expect(await ask()).toMatchObject({ status: 200 })
})

test('a REQUEST authorizer gets the request as a REST API gives it', async () => {
  const { ask, events } = server(
    { type: 'REQUEST', identitySources: ['method.request.header.X-Who', 'method.request.querystring.q'] },
    () => policy('Allow', '*'),
  )
  expect(await ask({ url: '/v1/orders/o%20d?q=1&q=2&__proto__=3', headers: { 'X-Who': 'me', 'user-agent': 'curl' } })).toMatchObject({
    status: 200,
  })
  expect(events).toEqual([
    {
      type: 'REQUEST',
      methodArn: arn('/v1/orders/o%20d'),
      resource: '/v1/orders/{id}',
      path: '/v1/orders/o%20d',
      httpMethod: 'GET',
      headers: { 'x-who': 'me', 'user-agent': 'curl', host: 'localhost:80' },
      multiValueHeaders: { 'x-who': ['me'], 'user-agent': ['curl'], host: ['localhost:80'] },
      queryStringParameters: JSON.parse('{"q":"2","__proto__":"3"}'),
      multiValueQueryStringParameters: JSON.parse('{"q":["1","2"],"__proto__":["3"]}'),
      pathParameters: { id: 'o d' },
      stageVariables: {},
      requestContext: {
        accountId: '000000000000',
        apiId: 'breakwater',
        domainName: 'localhost:80',
        resourcePath: '/v1/orders/{id}',
        path: '/prod/v1/orders/o%20d',
        httpMethod: 'GET',
        protocol: 'HTTP/1.1',
        stage: 'prod',
        requestId: expect.any(String),
        requestTimeEpoch: 0,
        identity: { sourceIp: '127.0.0.1', userAgent: 'curl' },
      },
    },
  ])
  expect(await ask({ headers: { 'x-who': 'me' } })).toMatchObject({ status: 401 })
  expect(events.length).toBe(1)
})

test('and as an HTTP API gives it; then yes or no is enough', async () => {
  const { ask, events } = server(v2, ({ rawPath }) => ({
    isAuthorized: rawPath !== '/v1/operations/stuck',
    context: { principalId: 'me' },
  }))
  expect(await ask({ headers: { authorization: 'secret', cookie: 'a=1; b=2' }, url: '/v1/orders/ord_1?a=1&a=2' })).toMatchObject({
    status: 200,
    body: { id: 'me', scopes: ['orders:own'] },
  })
  expect(events[0]).toMatchObject({
    version: '2.0',
    type: 'REQUEST',
    routeArn: arn('/v1/orders/ord_1'),
    identitySource: ['secret'],
    routeKey: 'GET /v1/orders/{id}',
    rawPath: '/v1/orders/ord_1',
    rawQueryString: 'a=1&a=2',
    cookies: ['a=1', 'b=2'],
    queryStringParameters: { a: '1,2' },
    requestContext: { http: { method: 'GET', path: '/v1/orders/ord_1' }, stage: 'prod', time: '1970-01-01T00:00:00.000Z' },
  })
  // A yes is kept for its route alone.
  expect(await ask({ url: '/v1/operations/stuck' })).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  expect(await ask()).toMatchObject({ status: 200 })
  expect(events.length).toBe(2)
})

test('an answer is kept by identity for as long as it is set; its policy decides for each path', async () => {
  let now = 0
  const { ask, events } = server(
    { ttlSeconds: 10 },
    () => policy('Allow', arn('/v1/orders/*')),
    () => now,
  )
  expect((await Promise.all([ask(), ask(), ask()])).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await ask({ url: '/v1/operations/stuck' })).toMatchObject({ status: 403 })
  now = 9_999
  expect(await ask()).toMatchObject({ status: 200 })
  expect(events.length).toBe(1)
  now = 10_000
  expect(await ask()).toMatchObject({ status: 200 })
  expect(events.length).toBe(2)
  await ask({ headers: { authorization: 'another' } })
  expect(events.length).toBe(3)
})

test('nothing is kept with a time of 0', async () => {
  const { ask, events } = server({ ttlSeconds: 0 }, () => policy('Allow', '*'))
  await Promise.all([ask(), ask()])
  expect(events.length).toBe(2)
})

test('a path that is written otherwise is the same for a policy', async () => {
  const deny = {
    principalId: 'x',
    policyDocument: {
      Statement: [...policy('Allow', '*').policyDocument.Statement, ...policy('Deny', arn('/v1/operations/*')).policyDocument.Statement],
    },
  }
  const { ask } = server({}, () => deny)
  for (const url of ['/v1/operations/stuck', '/v1/%6fperations/stuck', '/v1/operations/stuck/', '/v1/operations/stuc%6B?x=/v1/orders/1'])
    expect(await ask({ url }), url).toMatchObject({ status: 403 })
})

test('it gives no more scopes than it may, and as few as it says', async () => {
  const scoped = (scope: string) =>
    server({ scopes: ['orders:own', 'operations:read'] }, () => policy('Allow', '*', { context: { scope } }))
  expect((await scoped('orders:own gateway:admin').ask()).body).toMatchObject({ scopes: ['orders:own'] })
  expect(await scoped('operations:read').ask()).toMatchObject({ status: 403 })
})

test.each<[string, object, () => unknown, number, string]>([
  [
    'that says Unauthorized',
    {},
    () => {
      throw new Error('Unauthorized')
    },
    401,
    'UNAUTHENTICATED',
  ],
  ['that denies', {}, () => policy('Deny', '*'), 403, 'FORBIDDEN'],
  [
    'that fails',
    {},
    () => {
      throw new Error('secret reason')
    },
    503,
    'AUTHORIZER_UNAVAILABLE',
  ],
  ['that answers nothing', {}, () => null, 503, 'AUTHORIZER_UNAVAILABLE'],
  ['that answers something else', {}, () => 'yes', 503, 'AUTHORIZER_UNAVAILABLE'],
  ['that says yes where a policy is wanted', {}, () => ({ isAuthorized: true }), 503, 'AUTHORIZER_UNAVAILABLE'],
  ['that says yes as a text', v2, () => ({ isAuthorized: 'true' }), 503, 'AUTHORIZER_UNAVAILABLE'],
  ['with a policy for nobody', {}, () => ({ ...policy('Allow', '*'), principalId: '' }), 503, 'AUTHORIZER_UNAVAILABLE'],
  [
    'with a condition',
    {},
    () => ({ principalId: 'x', policyDocument: { Statement: [{ ...policy('Allow', '*').policyDocument.Statement[0], Condition: {} }] } }),
    503,
    'AUTHORIZER_UNAVAILABLE',
  ],
])('an authorizer %s', async (_what, settings, answer, status, code) => {
  const { ask, failures } = server(settings, answer)
  const answered = await ask()
  expect(answered).toMatchObject({ status, code })
  expect(JSON.stringify(answered.body)).not.toContain('secret reason')
  expect(failures.length).toBe(status === 503 ? 1 : 0)
})

test('a slow one has so many calls at a time, and who comes then is answered at once', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const { ask } = server({ mostCalls: 2 }, () => promise)
  const waiting = ['a', 'b', 'a'].map((authorization) => ask({ headers: { authorization } }))
  await new Promise((done) => setImmediate(done))
  expect(await ask({ headers: { authorization: 'c' } })).toMatchObject({ status: 503, code: 'AUTHORIZER_UNAVAILABLE' })
  resolve(policy('Allow', '*'))
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await ask({ headers: { authorization: 'c' } })).toMatchObject({ status: 200 })
})

test.each([
  [{}, 'it names either a function or a service'],
  [{ service: 'http://a', function: 'b.js' }, 'it names either a function or a service'],
  [{ service: 'ftp://a' }, '/service'],
  [{ service: 'http://a', ttlSeconds: 3601 }, '/ttlSeconds'],
  [{ service: 'http://a', identitySources: ['cookie'] }, 'a TOKEN authorizer has one identity source, a header'],
  [{ service: 'http://a', type: 'REQUEST', identitySources: ['cookie'] }, 'there is no identity source cookie'],
  [{ service: 'http://a', identityValidation: '(' }, '/identityValidation'],
  [{ service: 'http://a', scopes: ['everything'] }, '/scopes/0'],
  [{ service: 'http://a', token: 'never-shown' }, '/'],
])('settings %j are refused', (given, complaint) => {
  expect(() => readCustomAuthorizer(JSON.stringify(given))).toThrow(complaint)
  expect(() => readCustomAuthorizer(JSON.stringify(given))).not.toThrow('never-shown')
})

test('an unauthorized caller is told nothing of the authorizer', () => {
  expect(unauthenticated('The authorizer does not know you.', []).status).toBe(401)
})

let url: string
const paths: Record<string, (body: string) => [number, string] | undefined> = {
  '/policy': (body) => [200, JSON.stringify(policy('Allow', JSON.parse(body).methodArn))],
  '/unauthorized': () => [401, ''],
  '/broken': () => [500, 'secret'],
  '/no-json': () => [200, 'yes'],
  '/large': () => [200, JSON.stringify({ text: 'x'.repeat(100_000) })],
  '/never': () => undefined,
}
const service = createHttpServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const answer = paths[request.url ?? '']?.(body)
  if (answer) response.writeHead(answer[0]).end(answer[1])
})
beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
afterAll(() => {
  service.closeAllConnections()
  service.close()
})

test('a service is asked by HTTP', async () => {
  const { ask, close } = httpService(`${url}/policy`, 2)
  expect(await ask({ type: 'TOKEN', methodArn: 'x' }, 1000)).toEqual(policy('Allow', 'x'))
  await close()
})

test.each([
  ['/unauthorized', 'Unauthorized'],
  ['/broken', 'the service answers 500'],
  ['/no-json', 'not valid JSON'],
  ['/large', 'Response content exceeded max size'],
  ['/never', 'timeout'],
])('a service at %s gives no answer', async (path, reason) => {
  const { ask, close } = httpService(url + path, 2)
  await expect(ask({}, 300)).rejects.toThrow(reason)
  await close()
})
