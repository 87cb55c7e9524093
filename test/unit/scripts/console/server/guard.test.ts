import { describe, expect, test } from 'vitest'
import { refuseAction, refuseForeign, type Sender } from '../../../../../scripts/console/server/guard.ts'

const typed: Sender = { host: '127.0.0.1:18000', origin: undefined, site: undefined, token: undefined }

describe('who is answered', () => {
  test.each<[string, Partial<Sender>]>([
    ['a person who typed the address', {}],
    ['curl', { host: 'localhost:18000' }],
    ['a port that is forwarded', { host: 'localhost:9000', origin: 'http://localhost:9000', site: 'same-origin' }],
    ['IPv6', { host: '[::1]:18000' }],
    ['no port', { host: 'localhost' }],
    ['the page', { origin: 'http://127.0.0.1:18000', site: 'same-origin' }],
    ['a bookmark', { site: 'none' }],
  ])('%s', (_, sender) => expect(refuseForeign({ ...typed, ...sender })).toBeUndefined())

  test.each<[string, Partial<Sender>, string]>([
    [
      'a name that leads here (DNS rebinding)',
      { host: 'evil.example:18000', origin: 'http://evil.example:18000', site: 'same-origin' },
      'FOREIGN_HOST',
    ],
    ['no host', { host: undefined }, 'FOREIGN_HOST'],
    ['a host that only begins like ours', { host: '127.0.0.1.evil.example:18000' }, 'FOREIGN_HOST'],
    ['a host that only ends like ours', { host: 'evil.example@127.0.0.1:18000' }, 'FOREIGN_HOST'],
    ['a subdomain of localhost', { host: 'evil.localhost:18000' }, 'FOREIGN_HOST'],
    ['a page of another site', { origin: 'https://evil.example', site: 'cross-site' }, 'FOREIGN_SITE'],
    ['a page at another port of this machine', { origin: 'http://127.0.0.1:3000', site: 'same-site' }, 'FOREIGN_SITE'],
    ['the same name, otherwise reached', { origin: 'https://127.0.0.1:18000' }, 'FOREIGN_SITE'],
    ['a page without an origin', { origin: 'null' }, 'FOREIGN_SITE'],
    ['an image of another site', { site: 'cross-site' }, 'FOREIGN_SITE'],
  ])('not %s', (_, sender, code) => expect(refuseForeign({ ...typed, ...sender })?.code).toBe(code))
})

describe('who may act', () => {
  test('who brings the token', () => expect(refuseAction({ ...typed, token: 'secret' }, 'secret', true)).toBeUndefined())
  test.each([undefined, '', 'secre', 'secret2', 'SECRET'])('not with %s', (token) =>
    expect(refuseAction({ ...typed, token }, 'secret', true)?.code).toBe('TOKEN_REQUIRED'),
  )
  test('nobody where the console only looks', () => {
    const refusal = refuseAction({ ...typed, token: 'secret' }, 'secret', false)
    expect(refusal).toEqual({ code: 'READ_ONLY', detail: expect.stringContaining('--allow-actions') })
  })
})
