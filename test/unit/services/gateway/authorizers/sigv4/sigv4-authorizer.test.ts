import type { InjectOptions } from 'fastify'
import { expect, test } from 'vitest'
import { onWire, request, signer, type ToSign } from './aws-signer.ts'
import { acme, next, signedServer } from './signed-server.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number) => new Date(now + seconds * 1000)
const json = { 'content-type': 'application/json' }
const post = (name: string): ToSign => ({ method: 'POST', path: '/things', headers: json, body: JSON.stringify({ name }) })

const server = (options: Parameters<typeof signedServer>[0] = {}) => signedServer({ now: () => now, ...options })

type Wire = ReturnType<typeof onWire>
const sign = async (given: ToSign = {}, options: Parameters<typeof signer>[0] = {}, signingDate = at(0)): Promise<Wire> =>
  onWire(await signer(options).sign(request(given), { signingDate }))
const presign = async (given: ToSign = {}, expiresIn = 60, signingDate = at(0)): Promise<Wire> =>
  onWire(await signer().presign(request(given), { signingDate, expiresIn }))

const ask = async (wire: InjectOptions, app = server()) => {
  const { statusCode, body, headers } = await app.inject(wire)
  const parsed = JSON.parse(body) as Record<string, unknown>
  return { status: statusCode, body: parsed, code: parsed.code, detail: String(parsed.detail), challenge: headers['www-authenticate'] }
}

test('a signed request is its partner’s, with either of two keys', async () => {
  for (const credentials of [acme, next])
    expect(await ask(await sign({}, { credentials }))).toMatchObject({ status: 200, body: { caller: 'acme', customerId: 'acme' } })
})

test('nothing signed is nobody, and is told how to sign', async () => {
  expect(await ask({ url: '/things/one' })).toMatchObject({ status: 401, challenge: 'AWS4-HMAC-SHA256 realm="breakwater"' })
  expect(await ask({ url: '/things/one', headers: { authorization: 'Bearer x' } })).toMatchObject({ status: 401 })
})

test('a partner gets no further than its scopes', async () => {
  const reader = { ...acme, accessKeyId: 'AKREADER01' }
  expect(await ask(await sign({}, { credentials: reader }))).toMatchObject({ status: 403, code: 'FORBIDDEN' })
})

test.each<[string, ToSign]>([
  ['a space and a percent in the path are encoded twice', { path: '/things/a%20b%25c' }],
  ['a slash that is part of a segment', { path: '/things/a%2Fb' }],
  ['signs that some encode and others do not', { path: "/things/(a)!*'~-_.$&,;=:@" }],
  ['beyond ASCII', { path: '/things/caf%C3%A9' }],
  ['a slash at the end', { path: '/things/one/' }],
  ['a query that is not in order', { query: { b: '2', a: '1', B: '3', 'a-b': '4', a1: '5' } }],
  ['a name twice', { query: { sku: ['b', 'a', 'A', ''] } }],
  ['an empty value', { query: { empty: '', full: 'x' } }],
  ['everything that is encoded in a query', { query: { 'ké y': "a b+c&d=e/f?g%h'(i)*!~é" } }],
  ['headers with spaces around and inside', { headers: { 'x-note': '  a   b \t c  ' } }],
  ['an empty header', { headers: { 'x-note': '' } }],
])('signed as AWS does: %s', async (_what, given) => {
  expect(await ask(await sign(given))).toMatchObject({ status: 200, body: { caller: 'acme' } })
  expect(await ask(await presign(given))).toMatchObject({ status: 200, body: { caller: 'acme' } })
})

test('a name without = is signed as one with an empty value', async () => {
  const signed = await sign({ query: { flag: '' } })
  expect(await ask({ ...signed, url: signed.url.replace('flag=', '&flag&') })).toMatchObject({ status: 200 })
})

test('a header that comes twice is signed with both values, and one value of two is another request', async () => {
  const signed = await sign({ headers: { 'x-note': 'a,b' } })
  expect(await ask({ ...signed, headers: { ...signed.headers, 'x-note': ['a', 'b'] } })).toMatchObject({ status: 200 })
  expect(await ask({ ...signed, headers: { ...signed.headers, 'x-note': ['a', 'c'] } })).toMatchObject({ status: 401 })
})

test.each<[string, (signed: Wire) => Wire]>([
  ['another method', (signed) => ({ ...signed, method: 'HEAD' as 'GET' })],
  ['another path', (signed) => ({ ...signed, url: signed.url.replace('one', 'two') })],
  ['a query', (signed) => ({ ...signed, url: `${signed.url}?a=1` })],
  ['another host', (signed) => ({ ...signed, headers: { ...signed.headers, host: 'other.example' } })],
  ['another time', (signed) => ({ ...signed, headers: { ...signed.headers, 'x-amz-date': '20260301T120001Z' } })],
  ['another signature', (signed) => ({ ...signed, headers: { ...signed.headers, authorization: withSignature(signed, '0'.repeat(64)) } })],
  ['another access key', (signed) => ({ ...signed, headers: { ...signed.headers, authorization: auth(signed).replace('0001', '0002') } })],
  [
    'an access key that there is not',
    (signed) => ({ ...signed, headers: { ...signed.headers, authorization: auth(signed).replace('0001', '0009') } }),
  ],
  [
    'a header of the signer that is gone',
    (signed) => ({ ...signed, headers: { ...signed.headers, 'x-amz-content-sha256': undefined as unknown as string } }),
  ],
])('with %s it is refused', async (_what, change) => {
  const { status, challenge } = await ask({ ...change(await sign()) }).catch(() => ({ status: 401, challenge: 'AWS4' }))
  expect([status, challenge?.slice(0, 4)]).toEqual([401, 'AWS4'])
})

const auth = ({ headers }: Wire): string => String((headers as Record<string, string>).authorization)
const withSignature = (signed: Wire, signature: string): string => auth(signed).replace(/Signature=\w+/, `Signature=${signature}`)

test('a key that there is not is refused in the same words as a wrong secret', async () => {
  const wrong = await ask(await sign({}, { credentials: { ...acme, secretAccessKey: 'guessed' } }))
  const unknown = await ask(await sign({}, { credentials: { ...acme, accessKeyId: 'AKNOBODY' } }))
  expect(unknown).toEqual(wrong)
  expect(wrong.detail).toBe(
    'The signature does not fit the access key and the request. Signed here: path /things/one, query (none), headers host;x-amz-content-sha256;x-amz-date, ' +
      'payload e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855; the canonical request has SHA-256 ' +
      'acca9a4ef8828cd8a6ddff12e9a81e667f9cad27545f1140a5afffb246836f94.',
  )
})

test.each([
  ['one second inside', -300, 200],
  ['too old', -301, 401],
  ['a little ahead', 300, 200],
  ['too far ahead', 301, 401],
])('within five minutes of now: %s', async (_what, seconds, status) => {
  expect(await ask(await sign({}, {}, at(seconds)))).toMatchObject({ status })
})

test('another window holds when it is set', async () => {
  const app = server({ windowSeconds: 10 })
  expect(await ask(await sign({}, {}, at(-10)), app)).toMatchObject({ status: 200 })
  expect(await ask(await sign({}, {}, at(-11)), app)).toMatchObject({ status: 401, detail: expect.stringContaining('more than 10 s ago') })
})

test.each([
  ['while it holds', 60, -60, 200],
  ['when it has expired', 60, -61, 401],
  ['before it was made', 60, 301, 401],
  ['when it would hold too long', 3601, 0, 401],
])('a presigned URL %s', async (_what, expiresIn, seconds, status) => {
  expect(await ask(await presign({}, expiresIn, at(seconds)))).toMatchObject({ status })
})

test('who changes what a presigned URL says is refused', async () => {
  const { url, ...rest } = await presign()
  for (const changed of [
    url.replace('Expires=60', 'Expires=90'),
    `${url}&a=1`,
    url.replace('/one', '/two'),
    `${url}&X-Amz-Date=20260301T120000Z`,
  ])
    expect(await ask({ ...rest, url: changed })).toMatchObject({ status: 401 })
})

test.each<[string, (signed: Wire) => object, string]>([
  ['says who it is in two ways', ({ url }) => ({ url: `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256` }), 'in one way'],
  [
    'has two Authorization headers',
    (signed) => ({ headers: { ...signed.headers, authorization: [auth(signed), auth(signed)] } }),
    'in one way',
  ],
  [
    'does not sign host',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace('host;', '') } }),
    'Header host has to be',
  ],
  [
    'does not sign the date',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace(';x-amz-date', '') } }),
    'Header x-amz-date has',
  ],
  ['has a header of AWS that is not signed', (signed) => ({ headers: { ...signed.headers, 'x-amz-more': '1' } }), 'Header x-amz-more has'],
  [
    'signs a header that is not there',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace('x-amz-date', 'x-amz-date;x-b') } }),
    'Header x-b is signed',
  ],
  [
    'signs names that are not in order',
    (signed) => ({
      headers: { ...signed.headers, authorization: auth(signed).replace('host;x-amz-content-sha256', 'x-amz-content-sha256;host') },
    }),
    'in order, each once',
  ],
  [
    'signs a name twice',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace('host;', 'host;host;') } }),
    'in order, each once',
  ],
  ['has no time', (signed) => ({ headers: { ...signed.headers, 'x-amz-date': 'now' } }), 'Say when you signed'],
  [
    'is of another day',
    (signed) => ({ headers: { ...signed.headers, 'x-amz-date': '20260228T235959Z' } }),
    'The credential is of 20260301',
  ],
  [
    'is of a day that there is not',
    (signed) => ({ headers: { ...signed.headers, 'x-amz-date': '20260231T990000Z' } }),
    'Say when you signed',
  ],
  [
    'has a field twice',
    (signed) => ({ headers: { ...signed.headers, authorization: `${auth(signed)}, Signature=${'0'.repeat(64)}` } }),
    'Authorization is to be',
  ],
  [
    'has another algorithm',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace('SHA256', 'SHA256-PAYLOAD') } }),
    'Authorization is to be',
  ],
  [
    'has no credential',
    (signed) => ({ headers: { ...signed.headers, authorization: auth(signed).replace('/aws4_request', '') } }),
    'Credential is to be',
  ],
  [
    'has a short signature',
    (signed) => ({ headers: { ...signed.headers, authorization: withSignature(signed, 'abc') } }),
    '64 hexadecimal',
  ],
  ['has a plus in the query', ({ url }) => ({ url: `${url}?a=b+c` }), 'instead of +'],
  ['has a percent alone in the query', ({ url }) => ({ url: `${url}?a=%zz` }), 'encodes nothing'],
  ['has an empty segment', ({ url }) => ({ url: url.replace('/one', '//one') }), 'no empty segment'],
])('a request that %s is refused, and told why', async (_what, change, detail) => {
  const signed = await sign()
  expect(await ask({ ...signed, ...change(signed) })).toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail: expect.stringContaining(detail),
  })
})

test.each([
  ['region', { region: 'eu-central-1' }, 'Sign for region us-east-1 and service execute-api'],
  ['service', { service: 's3' }, 'Sign for region us-east-1 and service execute-api'],
  ['session', { credentials: { ...acme, sessionToken: 'token' } }, 'Session tokens are not supported'],
])('a signature of another %s is refused', async (_what, options, detail) => {
  expect(await ask(await sign({}, options))).toMatchObject({ status: 401, detail: expect.stringContaining(detail) })
})

test('a body is taken as it was signed, whether its hash is sent or not', async () => {
  for (const applyChecksum of [true, false])
    expect(await ask(await sign(post('mug'), { applyChecksum }))).toMatchObject({
      status: 200,
      body: { caller: 'acme', body: { name: 'mug' } },
    })
})

test('another body is refused, whether the hash is sent or not', async () => {
  for (const applyChecksum of [true, false]) {
    const signed = await sign(post('mug'), { applyChecksum })
    for (const payload of [JSON.stringify({ name: 'jug' }), undefined])
      expect(await ask({ ...signed, ...(payload === undefined ? { payload: '' } : { payload }) }), String(payload)).toMatchObject({
        status: 401,
      })
  }
  const bodyless = await sign({ method: 'POST', path: '/cancel' })
  expect(await ask({ ...bodyless, headers: { ...bodyless.headers, ...json }, payload: '{}' })).toMatchObject({ status: 401 })
})

test('without a body a POST needs none', async () => {
  for (const applyChecksum of [true, false])
    expect(await ask(await sign({ method: 'POST', path: '/cancel' }, { applyChecksum }))).toMatchObject({ status: 200 })
})

test.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'E3B0'])('a body signed as %s is refused', async (hash) => {
  const given = { ...post('mug'), headers: { ...json, 'x-amz-content-sha256': hash } }
  expect(await ask(await sign(given))).toMatchObject({ status: 401, detail: expect.stringContaining('nothing else is taken') })
})

test('an unsigned body is taken where that is set', async () => {
  const given = { ...post('mug'), headers: { ...json, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }
  expect(await ask({ ...(await sign(given)), payload: '{"name":"jug"}' }, server({ unsignedPayload: true }))).toMatchObject({ status: 200 })
})

test('a presigned POST works once, with its body', async () => {
  const app = server()
  const signed = await presign(post('mug'))
  expect(await ask({ ...signed, payload: '{"name":"jug"}' }, app)).toMatchObject({ status: 401 })
  expect(await ask(signed, app)).toMatchObject({ status: 200, body: { body: { name: 'mug' } } })
  expect(await ask(signed, app)).toMatchObject({
    status: 401,
    detail: 'This very request was taken before: sign it again to send it again.',
  })
})

test('a change that is sent again as it is is refused; reading again is not', async () => {
  const app = server()
  const change = await sign(post('mug'))
  expect(await ask(change, app)).toMatchObject({ status: 200 })
  expect(await ask(change, app)).toMatchObject({ status: 401, detail: expect.stringContaining('taken before') })
  expect(await ask(await sign(post('mug'), {}, at(1)), app)).toMatchObject({ status: 200 })
  const read = await sign()
  for (const _twice of [1, 2]) expect(await ask(read, app)).toMatchObject({ status: 200 })
})

test('a body beyond the limit is 413, whether its hash is sent or not', async () => {
  for (const applyChecksum of [true, false])
    expect(await ask(await sign(post('x'.repeat(70_000)), { applyChecksum }))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
})

test('the access key goes into the log, the signature and the secret do not', async () => {
  const lines: string[] = []
  const app = signedServer({ now: () => now }, lines)
  const signed = await sign()
  await ask(signed, app)
  await ask({ ...signed, url: '/things/two' }, app)
  await ask(await presign(), app)
  const log = lines.join('')
  expect(log).toContain('"accessKeyId":"AKACME0001"')
  expect(log).toContain('"status":401')
  for (const secret of [acme.secretAccessKey, auth(signed).slice(-64), 'X-Amz-Signature']) expect(log).not.toContain(secret)
})
