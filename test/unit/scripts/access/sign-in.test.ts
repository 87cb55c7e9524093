import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ShopAccess } from '../../../../scripts/access/shop-access.ts'
import { authorization, personToken, signIn, toolsTokens } from '../../../../scripts/access/sign-in.ts'

const asked: { authorization: string | undefined; form: Record<string, string> }[] = []
let answer: { status: number; body: unknown }
const server = createServer(async (request, response) => {
  const chunks = await request.toArray()
  asked.push({
    authorization: request.headers.authorization,
    form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
  })
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
})
let access: ShopAccess
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  asked.length = 0
  answer = { status: 200, body: { access_token: 'first', expires_in: 600 } }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  access = {
    replicas: async () => [{ name: 'identity-0' }],
    portOf: async () => port,
    toolsSecret: async () => 'a secret',
  } as unknown as ShopAccess
})
afterEach(async () => {
  vi.useRealTimers()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

test('the tools’ token is asked for once, and again before it expires', async () => {
  const token = toolsTokens(access, {})
  expect(await Promise.all([token(), token()])).toEqual(['first', 'first'])
  expect(asked).toEqual([
    {
      authorization: `Basic ${Buffer.from('tools:a secret').toString('base64')}`,
      form: { grant_type: 'client_credentials', scope: 'orders:any operations:read operations:write gateway:admin' },
    },
  ])
  answer = { status: 200, body: { access_token: 'second', expires_in: 600 } }
  vi.advanceTimersByTime(539_000)
  expect(await token()).toBe('first')
  vi.advanceTimersByTime(2_000)
  expect(await token()).toBe('second')
})

test('a token that was not given is asked for again', async () => {
  const token = toolsTokens(access, {})
  answer = { status: 503, body: {} }
  await expect(token()).rejects.toThrow('identity gives no token: status 503')
  answer = { status: 200, body: { access_token: 'later', expires_in: 600 } }
  expect(await token()).toBe('later')
})

test('a token of somebody else’s issuer is taken as it is', async () => {
  expect(await toolsTokens(access, { BREAKWATER_TOKEN: 'given' })()).toBe('given')
  expect(asked).toEqual([])
})

test('a person’s token is exchanged for the name, and who is not known is told so', async () => {
  expect(await personToken(access, 'alice')).toBe('first')
  expect(asked[0]?.form).toMatchObject({ subject_token: 'alice', subject_token_type: 'urn:breakwater:token-type:name' })
  answer = { status: 400, body: { error: 'invalid_grant', error_description: 'nobody of this name may sign in' } }
  await expect(personToken(access, 'mallory')).rejects.toThrow('identity gives no token: nobody of this name may sign in')
})

test('requests to a gateway say who sends them, once somebody has signed in there', async () => {
  signIn('http://127.0.0.1:18999/', async () => 'mine')
  expect(await authorization('http://127.0.0.1:18999')).toEqual({ authorization: 'Bearer mine' })
  expect(await authorization('http://127.0.0.1:18998')).toEqual({})
})
