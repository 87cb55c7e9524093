import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify } from 'jose'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIdentity } from '../../../../services/identity/app.ts'
import { createProvider } from '../../../../services/identity/provider/create-provider.ts'
import type { Secrets } from '../../../../services/identity/provider/read-secrets.ts'
import { identity } from '../../../../services/shared/contracts/identity.ts'
import type { Server } from '../../../../services/shared/runtime/http/server.ts'

const toolsSecret = 'of-a-test-and-of-nothing-else-0123456789'
let app: Server
let url: string
const lines: string[] = []

const newKey = async (alg: 'RS256' | 'ES256', kid: string) =>
  ({
    ...(await exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey)),
    alg,
    kid,
    use: 'sig',
  }) as unknown as Secrets['keys'][number]

beforeAll(async () => {
  const keys = [await newKey('ES256', 'new'), await newKey('RS256', 'old')]
  const provider = createProvider({ secrets: { keys, toolsSecret }, personTokenS: 3600, clientTokenS: 600 })
  app = createIdentity({ provider, logger: pino({ level: 'info' }, { write: (line) => void lines.push(line) }) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
afterAll(() => app.close())

const tokenOf = async (form: Record<string, string>, secret = toolsSecret) => {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`tools:${secret}`).toString('base64')}` },
    body: new URLSearchParams(form),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const publishedKeys = async () => (await (await fetch(`${url}/jwks`)).json()) as JSONWebKeySet
const claimsOf = async (token: unknown) => {
  const jwks = await publishedKeys()
  return (await jwtVerify(String(token), createLocalJWKSet(jwks), { issuer: identity.issuer, audience: identity.audience })).payload
}
const named = (name: string) => ({ grant_type: identity.exchangeGrant, subject_token: name, subject_token_type: identity.nameTokenType })

test('the tools’ client gets a token for every customer’s orders', async () => {
  const { status, body } = await tokenOf({ grant_type: 'client_credentials', scope: 'orders:any operations:read' })
  expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 600, scope: 'orders:any operations:read' })
  expect(await claimsOf(body.access_token)).toMatchObject({ sub: 'tools', client_id: 'tools', scope: 'orders:any operations:read' })
})

test('alice gets a token for her own', async () => {
  const { status, body } = await tokenOf(named('alice'))
  expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3600, scope: 'orders:own' })
  expect(await claimsOf(body.access_token)).toMatchObject({ sub: 'alice', client_id: 'tools', scope: 'orders:own' })
})

test.each([
  ['nobody', named('mallory'), undefined, 400, 'invalid_grant'],
  [
    'another kind of name',
    { ...named('alice'), subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
    undefined,
    400,
    'invalid_request',
  ],
  ['a wrong secret', named('alice'), 'x'.repeat(40), 401, 'invalid_client'],
  ['a scope of people', { grant_type: 'client_credentials', scope: 'orders:own' }, undefined, 400, 'invalid_scope'],
  ['a password', { grant_type: 'password', username: 'alice', password: 'x' }, undefined, 400, 'unsupported_grant_type'],
])('%s is refused', async (_what, form, secret, status, error) => {
  expect(await tokenOf(form, secret)).toMatchObject({ status, body: { error } })
})

test('it says where its keys are, and publishes no private part', async () => {
  const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json()
  expect(discovery).toMatchObject({ issuer: 'http://identity', jwks_uri: `${url}/jwks` })
  const { keys } = await publishedKeys()
  expect(keys.map(({ kid }) => kid)).toEqual(['new', 'old'])
  expect(JSON.stringify(keys)).not.toMatch(/"(d|p|q)":/)
})

test('it is alive, and no token or secret is in its log', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(lines.join('')).toContain('"path":"/token"')
  expect(lines.join('')).not.toMatch(/eyJ|of-a-test/)
})
