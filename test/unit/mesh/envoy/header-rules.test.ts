import { expect, test } from 'vitest'
import { changedHeaderFault, headerValueFault, isAuthority, matchedHeaderFault } from '../../../../mesh/envoy/header-rules.ts'

test('Host and :authority are the authority, in any spelling', () => {
  expect(['host', 'Host', ':authority', ':Authority'].filter(isAuthority)).toHaveLength(4)
  expect(['hosts', 'authority', ':path', ''].filter(isAuthority)).toEqual([])
})

test('a match looks at headers and pseudo-headers', () => {
  for (const name of ['x-a', 'Host', "!#$%&'*+.^_`|~9aZ-", ':method', ':scheme', ':authority', ':path', ':status'])
    expect(matchedHeaderFault(name), name).toBeUndefined()
  for (const name of ['', ':protocol', 'x a', ' x', 'x ', 'é'])
    expect(matchedHeaderFault(name)).toBe(`has "${name}", which is no valid header name`)
})

test('only a gateway has claims of a token to match', () => {
  for (const name of ['@request.auth.claims.admin', '@request.auth.claims[admin]', '@Request.Auth.Claims.a'])
    expect(matchedHeaderFault(name)).toBe(`matches the JWT claim ${name}, which only gateways can`)
  for (const name of ['@request.auth.claimsX', 'x@request.auth.claims.a'])
    expect(matchedHeaderFault(name), name).toBe(`has "${name}", which is no valid header name`)
})

test('what changes a header changes no pseudo-header, and the authority only where it is a rewrite', () => {
  const changed = (name: string) => [changedHeaderFault(name, { authority: true }), changedHeaderFault(name, { authority: false })]
  expect(changed('x-a')).toEqual([undefined, undefined])
  expect(changed('Host')).toEqual([undefined, 'changes Host, which only request.set and request.add can'])
  expect(changed(':path')).toEqual([':path', ':path'].map((name) => `has "${name}", which is no valid header name`))
})

test.each(['plain', '', 'a\tb', ' é', '100%%', '%%%%', '%PROTOCOL%', 'a%%b%REQ(:path)%c', '%REQ(x-a?x-b)%%RESP(x_c)%', 'a'.repeat(16_384)])(
  'a header may have the value %j',
  (value) => {
    expect(headerValueFault(value)).toBeUndefined()
  },
)

test.each([
  ['a\u0000b', 'must not contain control characters'],
  ['a\u0008', 'must not contain control characters'],
  ['a\nb', 'must not contain control characters'],
  ['a\u001f', 'must not contain control characters'],
  ['a\u007f', 'must not contain control characters'],
  [`${'a'.repeat(16_383)}é`, 'must not be longer than 16384 bytes'],
  ['100%', 'has a % that is neither doubled nor part of a %COMMAND%'],
  ['%%%START_TIME', 'has a % that is neither doubled nor part of a %COMMAND%'],
  ['%START_TIME(%s)%', 'has %START_TIME(%, which the laptop does not render'],
  ['%XREQ(a)%', 'has %XREQ(a)%, which the laptop does not render'],
  ['%REQ()%', 'has %REQ()%, which the laptop does not render'],
  ['%REQ(a?)%', 'has %REQ(a?)%, which the laptop does not render'],
  ['%REQ(a b)%', 'has %REQ(a b)%, which the laptop does not render'],
  ['%PROTOCOLS%', 'has %PROTOCOLS%, which the laptop does not render'],
])('nor the value %j: it %s', (value, fault) => {
  expect(headerValueFault(value)).toBe(fault)
})
