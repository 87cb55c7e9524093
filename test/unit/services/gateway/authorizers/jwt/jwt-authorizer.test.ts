import { createHmac, type webcrypto } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { exportSPKI, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Authorizer } from '../../../../../../services/gateway/access/authorizer.ts'
import type { Caller } from '../../../../../../services/gateway/access/caller.ts'
import { issuerDocuments } from '../../../../../../services/gateway/authorizers/jwt/issuer-documents.ts'
import { issuerKeys } from '../../../../../../services/gateway/authorizers/jwt/issuer-keys.ts'
import { jwtAuthorizer } from '../../../../../../services/gateway/authorizers/jwt/jwt-authorizer.ts'
import { VerifiedTokens } from '../../../../../../services/gateway/authorizers/jwt/verified-tokens.ts'
import { type Claims, newKey, nowS, type SigningKey, sign, startIssuer } from './issuer.ts'

let first: SigningKey
let second: SigningKey
let strange: SigningKey
beforeAll(async () => {
  ;[first, second, strange] = await Promise.all([newKey('RS256'), newKey('ES256'), newKey('RS256')])
})

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const rules = {
  audience: ['breakwater'],
  customerClaim: 'sub',
  groupScopes: new Map([['operators', ['operations:read']]]),
  scopePrefix: 'https://shop/',
}

/** An authorizer beside a real issuer, and a clock that can be moved. */
async function set(keys: readonly SigningKey[] = [first], { jwksUri = false, most = 100 } = {}) {
  const issuer = await startIssuer(keys)
  const clock = { aheadMs: 0 }
  const now = () => Date.now() + clock.aheadMs
  const read = issuerDocuments({ timeoutMs: 1000 })
  const cache = new VerifiedTokens(most)
  const { keyOf } = issuerKeys({
    issuer: issuer.url,
    jwksUri: jwksUri ? `${issuer.url}/jwks` : undefined,
    read,
    now,
    onChange: () => cache.clear(),
  })
  const authorizer = jwtAuthorizer({ issuer: issuer.url, rules, keyOf, cache, clockSkewS: 5, now })
  closing.push(issuer.stop, read.close)
  const claims = (more: Claims = {}): Claims => ({
    iss: issuer.url,
    aud: 'breakwater',
    sub: 'alice',
    client_id: 'shop',
    scope: 'openid orders:own',
    ...more,
  })
  return { issuer, clock, authorizer, claims, token: async (more?: Claims, key = keys[0] ?? first) => sign(key, claims(more)) }
}

const ask = async ({ authenticate }: Authorizer, token: string, scheme = 'Bearer'): Promise<Caller | undefined> =>
  authenticate({ headers: { authorization: `${scheme} ${token}` } } as FastifyRequest)

const refusedWith = async (authorizer: Authorizer, token: string): Promise<string> =>
  ask(authorizer, token).then(
    () => 'taken',
    ({ status, code, detail, headers }) =>
      [status, code, detail, headers['www-authenticate'] ?? headers['retry-after']].filter(Boolean).join(' | '),
  )

test.each(['RS256', 'ES256'])('a token that was signed with %s says who calls', async (alg) => {
  const { authorizer, token } = await set([alg === 'RS256' ? first : second])
  expect(await ask(authorizer, await token())).toEqual({
    kind: 'user',
    id: 'alice',
    customerId: 'alice',
    scopes: new Set(['openid', 'orders:own']),
  })
})

test.each([
  ['a client', { sub: 'tools', client_id: 'tools', scope: 'orders:any' }, { kind: 'client', id: 'tools', scopes: new Set(['orders:any']) }],
  [
    'Cognito’s access token: no audience but a client, a group, scopes behind the identifier of the resource server',
    {
      aud: undefined,
      client_id: 'breakwater',
      token_use: 'access',
      scope: 'https://shop/orders:own',
      'cognito:groups': ['operators', 'others'],
      username: 'al',
    },
    { kind: 'user', id: 'alice', customerId: 'alice', scopes: new Set(['orders:own', 'operations:read']), groups: ['operators', 'others'] },
  ],
  [
    'scopes as a list',
    { aud: ['x', 'breakwater'], scope: undefined, scp: ['orders:own'] },
    { kind: 'user', id: 'alice', customerId: 'alice', scopes: new Set(['orders:own']) },
  ],
])('%s', async (_what, more, caller) => {
  const { authorizer, token } = await set([first], { jwksUri: true })
  expect(await ask(authorizer, await token(more as Claims))).toEqual(caller)
})

test.each([
  ['nothing', undefined],
  ['a password', 'Basic YTpi'],
  ['a token that is no JWT', 'Bearer abc'],
  ['a signature of AWS’s', 'AWS4-HMAC-SHA256 Credential=a/b'],
])('%s is somebody else’s', async (_what, authorization) => {
  const { authorizer } = await set()
  expect(await authorizer.authenticate({ headers: { authorization } } as FastifyRequest)).toBeUndefined()
})

const notSigned = '401 | UNAUTHENTICATED | The token is not one that this issuer has signed.'
test.each<[string, (given: Awaited<ReturnType<typeof set>>) => Promise<string>, string]>([
  [
    'of another issuer',
    ({ token }) => token({ iss: 'http://elsewhere' }),
    '401 | UNAUTHENTICATED | The claim iss of the token is not as it must be.',
  ],
  ['for another audience', ({ token }) => token({ aud: 'others' }), '401 | UNAUTHENTICATED | The token is for another audience.'],
  [
    'for another client',
    ({ token }) => token({ aud: undefined, client_id: 'others' }),
    '401 | UNAUTHENTICATED | The token is for another audience.',
  ],
  [
    'for nobody in particular',
    ({ token }) => token({ aud: undefined, client_id: undefined }),
    '401 | UNAUTHENTICATED | The token is for another audience.',
  ],
  ['that has expired', ({ token }) => token({ exp: nowS() - 6 }), '401 | UNAUTHENTICATED | The token has expired.'],
  [
    'that never expires',
    ({ token }) => token({ exp: undefined }),
    '401 | UNAUTHENTICATED | The claim exp of the token is not as it must be.',
  ],
  [
    'that does not hold yet',
    ({ token }) => token({ nbf: nowS() + 30 }),
    '401 | UNAUTHENTICATED | The claim nbf of the token is not as it must be.',
  ],
  [
    'without a subject',
    ({ token }) => token({ sub: undefined }),
    '401 | UNAUTHENTICATED | The claim sub of the token is not as it must be.',
  ],
  ['of a person’s identity', ({ token }) => token({ token_use: 'id' }), '401 | UNAUTHENTICATED | This is no access token.'],
  [
    'signed by nobody (alg: none)',
    async ({ claims }) => `${new UnsecuredJWT({ ...claims(), exp: nowS() + 60 } as JWTPayload).encode()}`,
    notSigned,
  ],
  ['signed by a stranger', ({ token }) => token({}, strange), notSigned],
  ['signed by a stranger under our key’s name', ({ token }) => token({}, { ...strange, kid: first.kid }), notSigned],
  [
    'that takes the public key for a secret (key confusion)',
    async ({ claims }) => {
      const spki = await exportSPKI((await importJWK(first.publicJwk, 'RS256', { extractable: true })) as webcrypto.CryptoKey)
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const text = `${part({ alg: 'HS256', kid: first.kid })}.${part({ ...claims(), exp: nowS() + 60 })}`
      return `${text}.${createHmac('sha256', spki).update(text).digest('base64url')}`
    },
    notSigned,
  ],
  [
    'that brings its own key',
    ({ claims }) =>
      new SignJWT({ ...claims(), exp: nowS() + 60 } as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', jwk: strange.publicJwk })
        .sign(strange.privateKey),
    notSigned,
  ],
  [
    'whose claims were changed',
    async ({ token, claims }) => {
      const [header, , signature] = (await token()).split('.')
      return `${header}.${Buffer.from(JSON.stringify({ ...claims({ sub: 'bob' }), exp: nowS() + 60 })).toString('base64url')}.${signature}`
    },
    notSigned,
  ],
  ['that is none', async () => 'a.b.c', notSigned],
  ['that is encrypted', async () => 'a.b.c.d.e', notSigned],
])('a token %s is refused', async (_what, make, expected) => {
  const given = await set([first])
  const said = await refusedWith(given.authorizer, await make(given))
  expect(said).toMatch(/^401 \| UNAUTHENTICATED .*Bearer realm="breakwater", error="invalid_token"/)
  expect(said.startsWith(expected)).toBe(true)
})

test('the clocks may differ a little', async () => {
  const { authorizer, token } = await set()
  expect(await ask(authorizer, await token({ exp: nowS() - 3 }))).toMatchObject({ id: 'alice' })
  expect(await ask(authorizer, await token({ nbf: nowS() + 3 }))).toMatchObject({ id: 'alice' })
})

test('a verified token is remembered until it expires, and does not live longer for it', async () => {
  const { authorizer, token, clock, issuer } = await set()
  const given = await token({ exp: nowS() + 60 })
  await ask(authorizer, given)
  await issuer.stop()
  expect(authorizer.authenticate({ headers: { authorization: `bearer ${given}` } } as FastifyRequest)).toMatchObject({ id: 'alice' })
  clock.aheadMs = 70_000
  expect(await refusedWith(authorizer, given)).toContain('The token has expired.')
})

test('of remembered tokens there are so many at most, and those last asked for stay', () => {
  const cache = new VerifiedTokens(2)
  const caller: Caller = { kind: 'user', id: 'x', scopes: new Set() }
  for (const token of ['a', 'b']) cache.set(token, caller, 10)
  cache.get('a', 1)
  cache.set('c', caller, 10)
  expect(['a', 'b', 'c'].filter((token) => cache.get(token, 1))).toEqual(['a', 'c'])
})

test('keys rotate: the new one is asked for once it is used, and the old one ends', async () => {
  const { authorizer, token, issuer, clock } = await set([first])
  const old = await token()
  await ask(authorizer, old)
  issuer.state.keys = [second]
  const fresh = await token({}, second)
  expect(await refusedWith(authorizer, fresh), 'asked a moment ago').toContain('401 | UNAUTHENTICATED')
  clock.aheadMs = 11_000
  expect(await ask(authorizer, fresh)).toMatchObject({ id: 'alice' })
  expect(await refusedWith(authorizer, old), 'remembered until the keys had changed').toContain('401 | UNAUTHENTICATED')
  expect(issuer.state.asked).toEqual(['/.well-known/openid-configuration', '/jwks', '/.well-known/openid-configuration', '/jwks'])
})

test('a flood of unknown keys asks the issuer once', async () => {
  const { authorizer, token, issuer, clock } = await set([first], { jwksUri: true })
  await ask(authorizer, await token())
  clock.aheadMs = 11_000
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => token({}, { ...strange, kid: `k${i}` })))
  const said = await Promise.all(tokens.map((one) => refusedWith(authorizer, one)))
  expect(said.every((one) => one.startsWith('401'))).toBe(true)
  expect(issuer.state.asked).toEqual(['/jwks', '/jwks'])
})

test.each(['nothing', 'nonsense', 'another issuer'] as const)(
  'the issuer answers %s: known keys go on, unknown ones are 503 and not asked for again at once',
  async (answer) => {
    const { authorizer, token, issuer, clock } = await set([first])
    await ask(authorizer, await token())
    issuer.state.answer = answer
    clock.aheadMs = 400_000
    const later = { exp: nowS() + 500 }
    expect(await ask(authorizer, await token({ ...later, jti: 'another' }))).toMatchObject({ id: 'alice' })
    const asked = issuer.state.asked.length
    for (const key of [second, strange])
      expect(await refusedWith(authorizer, await token(later, key))).toBe('503 | AUTHORIZER_UNAVAILABLE | 1')
    expect(issuer.state.asked.length - asked).toBeLessThanOrEqual(1)
    issuer.state.answer = 'right'
    issuer.state.keys = [first, second]
    clock.aheadMs += 11_000
    expect(await ask(authorizer, await token(later, second))).toMatchObject({ id: 'alice' })
  },
)

test('an issuer that was never reached is 503, and is found when it is there', async () => {
  const { authorizer, token, issuer, clock } = await set([first])
  issuer.state.answer = 'nothing'
  expect(await refusedWith(authorizer, await token())).toBe('503 | AUTHORIZER_UNAVAILABLE | 1')
  issuer.state.answer = 'right'
  clock.aheadMs = 11_000
  expect(await ask(authorizer, await token())).toMatchObject({ id: 'alice' })
})
