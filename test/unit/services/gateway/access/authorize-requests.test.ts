import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { unauthenticated } from '../../../../../services/gateway/access/access-problems.ts'
import { authorizeRequests } from '../../../../../services/gateway/access/authorize-requests.ts'
import type { Authorizer } from '../../../../../services/gateway/access/authorizer.ts'
import type { Caller } from '../../../../../services/gateway/access/caller.ts'
import { mayAccess, requireOwn } from '../../../../../services/gateway/access/ownership.ts'
import { asDomainError, problemOf } from '../../../../../services/shared/runtime/http/problem.ts'

/** Takes a name for its proof: `x-name: alice=orders:own` is alice with that scope. */
const byName: Authorizer = {
  name: 'name',
  challenge: 'Name',
  authenticate({ headers: { 'x-name': given } }): Caller | undefined {
    if (given === undefined) return undefined
    const [id = '', said = ''] = String(given).split('=')
    if (id === 'mallory') throw unauthenticated('mallory is nobody.', ['Name error="nobody"'])
    return { kind: 'user', id, customerId: id, scopes: new Set(said.split(' ')) }
  },
}
const never: Authorizer = { name: 'never', authenticate: async () => undefined }

function server() {
  const app = fastify()
  app.setErrorHandler((error, _request, reply) => {
    const { status, headers } = asDomainError(error)
    return reply.code(status).headers(headers).send(problemOf(error))
  })
  authorizeRequests(app, { authorizers: [never, byName] })
  app.get('/healthz', ({ caller }) => caller.id)
  app.get('/open', { config: { access: 'anonymous' } }, ({ caller }) => caller.id)
  app.get('/orders', { config: { access: { scopes: ['orders:own', 'orders:any'] } } }, ({ caller }) => caller.id)
  return app
}

const ask = async (url: string, name?: string) => {
  const { statusCode, body, headers } = await server().inject({ url, headers: name === undefined ? {} : { 'x-name': name } })
  return [statusCode, statusCode === 200 ? body : JSON.parse(body).code, headers['www-authenticate']]
}

test.each([
  ['a health check is anybody’s', '/healthz', undefined, [200, 'anonymous', undefined]],
  ['an open route is anybody’s', '/open', undefined, [200, 'anonymous', undefined]],
  ['on an open route nothing presented is looked at', '/open', 'mallory', [200, 'anonymous', undefined]],
  ['one of the scopes is enough', '/orders', 'alice=orders:own', [200, 'alice', undefined]],
  ['another one as well', '/orders', 'tool=x orders:any', [200, 'tool', undefined]],
  ['who says nothing is asked', '/orders', undefined, [401, 'UNAUTHENTICATED', 'Name']],
  ['who presents something wrong is told', '/orders', 'mallory', [401, 'UNAUTHENTICATED', 'Name error="nobody"']],
  ['who has no scope may not', '/orders', 'alice=orders:ownership', [403, 'FORBIDDEN', undefined]],
])('%s', async (_what, url, name, expected) => {
  expect(await ask(url, name)).toEqual(expected)
})

test('a route that does not say who may call it is not served', () => {
  expect(() => server().get('/forgotten', () => 'secret')).toThrow('Route /forgotten does not say who may call it.')
})

test.each([
  [{ customerId: 'alice', scopes: new Set(['orders:own']) }, 'alice', true],
  [{ customerId: 'alice', scopes: new Set(['orders:own']) }, 'bob', false],
  [{ scopes: new Set(['orders:own']) }, 'undefined', false],
  [{ scopes: new Set(['orders:any']) }, 'bob', true],
])('%o for what is of %s: %s', (parts, owner, may) => {
  const caller: Caller = { kind: 'user', id: 'x', ...parts }
  expect(mayAccess(caller, owner)).toBe(may)
  const require = () => requireOwn(caller, owner)
  if (may) expect(require).not.toThrow()
  else expect(require).toThrow('FORBIDDEN')
})
