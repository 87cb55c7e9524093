import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headerValues, splitTarget } from '../../../../../../services/gateway/authorizers/raw-request.ts'
import { canonicalPath, canonicalQuery, canonicalRequest } from '../../../../../../services/gateway/authorizers/sigv4/canonical-request.ts'
import { sha256, signatureOf, signingKey } from '../../../../../../services/gateway/authorizers/sigv4/signing-keys.ts'
import { onWire, request, signer } from './aws-signer.ts'
import { signedServer } from './signed-server.ts'

/** AWS's published examples: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and its test suite of Signature Version 4. */
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const signedAt = '20150830T123600Z'
const empty = sha256('')

test.each<[string, string, string, string, string[], string, string]>([
  [
    'iam',
    'GET',
    '/?Action=ListUsers&Version=2010-05-08',
    'iam',
    ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8', 'Host', 'iam.amazonaws.com', 'X-Amz-Date', signedAt],
    '',
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ],
  [
    'get-vanilla',
    'GET',
    '/',
    'service',
    ['Host', 'example.amazonaws.com', 'X-Amz-Date', signedAt],
    '',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'service',
    ['Host', 'example.amazonaws.com', 'X-Amz-Date', signedAt],
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-utf8-query',
    'GET',
    '/?%E1%88%B4=bar',
    'service',
    ['Host', 'example.amazonaws.com', 'X-Amz-Date', signedAt],
    '',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'get-header-key-duplicate',
    'GET',
    '/',
    'service',
    ['Host', 'example.amazonaws.com', 'My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1', 'X-Amz-Date', signedAt],
    '',
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  ],
  [
    'get-header-value-trim',
    'GET',
    '/',
    'service',
    ['Host', 'example.amazonaws.com', 'My-Header1', ' value1', 'My-Header2', ' "a   b   c"', 'X-Amz-Date', signedAt],
    '',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'post-vanilla',
    'POST',
    '/',
    'service',
    ['Host', 'example.amazonaws.com', 'X-Amz-Date', signedAt],
    '',
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
])('AWS’s own example %s', (_name, method, target, service, rawHeaders, body, signature) => {
  const headers = headerValues(rawHeaders)
  const scope = { date: '20150830', region: 'us-east-1', service }
  const canonical = canonicalRequest({
    method,
    ...splitTarget(target),
    headers,
    signedHeaders: [...headers.keys()].sort(),
    payloadHash: sha256(body),
  })
  expect(signatureOf(signingKey(secret, scope), signedAt, scope, sha256(canonical)).toString('hex')).toBe(signature)
})

test('a header over several lines is one with spaces', () => {
  const headers = new Map([['my-header', ['value1\r\n  value2\r\n\tvalue3']]])
  const canonical = canonicalRequest({ method: 'GET', path: '/', query: '', headers, signedHeaders: ['my-header'], payloadHash: empty })
  expect(canonical).toBe(`GET\n/\n\nmy-header:value1 value2 value3\n\nmy-header\n${empty}`)
})

test.each([
  ['/', '/'],
  ['/v1/orders', '/v1/orders'],
  ['/v1/orders/', '/v1/orders/'],
  ['/a%20b', '/a%2520b'],
  ['/a%2fb', '/a%252fb'],
  ["/-_.~!$&'()*+,;=:@", '/-_.~%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40'],
  ['/caf\xc3\xa9', '/caf%C3%A9'],
  ['/...', '/...'],
  ['/%2e%2e/x', '/%252e%252e/x'],
])('path %s is signed as %s', (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical)
})

test.each(['//', '//a', '/a//b', '/a//', '/.', '/..', '/a/./b', '/a/../b', '/a/..'])('path %s has no one form', (path) => {
  expect(() => canonicalPath(path)).toThrow('The path of a signed request has no empty segment')
})

test.each([
  ['', ''],
  ['a', 'a='],
  ['a=', 'a='],
  ['=a', '=a'],
  ['&&a=1&', 'a=1'],
  ['a=b=c', 'a=b%3Dc'],
  ['b=1&a=2', 'a=2&b=1'],
  ['a=2&a=1&a=10', 'a=1&a=10&a=2'],
  ['a1=1&a=1&a-=1', 'a=1&a-=1&a1=1'],
  ['%61=%7e%2d%2D%5f%2E', 'a=~--_.'],
  ['a=%c3%a9', 'a=%C3%A9'],
  ["a=/?:@!$'()*,;", 'a=%2F%3F%3A%40%21%24%27%28%29%2A%2C%3B'],
  ['X-Amz-Signature=1&b=2', 'b=2'],
  ['x-amz-signature=1', 'x-amz-signature=1'],
])('query %s is signed as %s', (query, canonical) => {
  expect(canonicalQuery(query)).toBe(canonical)
})

test.each(['a=b+c', 'a=%', 'a=%4', 'a=%gg', '%=1'])('query %s has no one form', (query) => {
  expect(() => canonicalQuery(query)).toThrow('UNAUTHENTICATED')
})

const values = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.constantFrom('', '+', '%', '%2B', 'a=b', '&', ' '),
)

test('two queries that are signed alike say the same', () => {
  const query = fc
    .array(fc.tuple(values, values), { maxLength: 4 })
    .map((pairs) => pairs.map(([a, b]) => `${encodeURIComponent(a)}=${encodeURIComponent(b)}`).join('&'))
  const said = (text: string) =>
    [...new URLSearchParams(text)]
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([a, b]) => JSON.stringify([a, b]))
      .sort()
  fc.assert(fc.property(query, (text) => void expect(said(canonicalQuery(text))).toEqual(said(text))))
})

test('whatever AWS’s signer signs is understood, in a header and as a presigned URL, and one bit more or less is not', async () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const app = signedServer({ now: () => now })
  const header = fc.string({ unit: fc.constantFrom(...' \tabcABC019,;"=/%'), maxLength: 12 })
  const segment = values.filter((text) => !/^\.{0,2}$/.test(text)).map(encodeURIComponent)
  const given = fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/things/${segments.join('/')}`),
    query: fc.dictionary(
      values.filter((name) => !/^x-amz-|^__proto__$/i.test(name)),
      fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 })),
      { maxKeys: 4 },
    ),
    headers: fc.dictionary(fc.constantFrom('x-note', 'accept', 'x-a', 'x_b'), header, { maxKeys: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(given, fc.nat({ max: 63 }), async (toSign, digit) => {
      const options = { signingDate: new Date(now) }
      const signed = onWire(await signer().sign(request(toSign), options))
      const presigned = onWire(await signer().presign(request(toSign), options))
      for (const wire of [signed, presigned]) expect((await app.inject(wire)).statusCode).toBe(200)
      const changed = presigned.url.replace(
        /(?<=X-Amz-Signature=)\w+/,
        (hex) => hex.slice(0, digit) + (hex[digit] === '0' ? '1' : '0') + hex.slice(digit + 1),
      )
      expect((await app.inject({ ...presigned, url: changed })).statusCode).toBe(401)
    }),
    { numRuns: 60 },
  )
})
