import { expect, test } from 'vitest'
import type { StoredKey } from '../../../../../services/gateway/decider/keys/api-key.ts'
import { containsApiKey, idOfApiKey, newApiKey, sha256Of } from '../../../../../services/gateway/plans/api-key.ts'
import { usableKey } from '../../../../../services/gateway/plans/key-ring.ts'
import type { UsagePlan } from '../../../../../services/shared/contracts/api/usage-plans.ts'
import { ringOf } from './ring.ts'

const plan: UsagePlan = { id: 'basic' }
const now = Date.parse('2026-03-01T12:00:00Z')
const stored = (sha256: string, id: string, more: Partial<StoredKey> = {}): StoredKey => ({
  id,
  name: 'test',
  planId: 'basic',
  scopes: [],
  createdAt: '2026-01-01T00:00:00Z',
  sha256,
  ...more,
})

test('a key has 256 random bits after an id that may be shown', () => {
  const keys = Array.from({ length: 200 }, () => newApiKey())
  expect(new Set(keys.map(({ id }) => id)).size).toBe(200)
  expect(new Set(keys.map(({ text }) => text.slice(17))).size).toBe(200)
  for (const { id, text, sha256 } of keys) {
    expect(idOfApiKey(text)).toBe(id)
    expect(Buffer.from(text.slice(17), 'base64url')).toHaveLength(32)
    expect(sha256).toBe(sha256Of(text))
    expect(containsApiKey(`GET /v1/products?a=1&b=${text}#x`)).toBe(true)
  }
})

test.each([
  '',
  'bwk_',
  'bwk_short_abc',
  `${newApiKey().text}x`,
  `${newApiKey().text}, ${newApiKey().text}`,
  newApiKey().text.toUpperCase(),
])('%s is no key', (text) => {
  expect(idOfApiKey(text)).toBeUndefined()
  expect(usableKey(ringOf([], [plan]), text, now)).toBe('malformed')
})

test('a key opens its own entry and no other', () => {
  const [mine, other] = [newApiKey(), newApiKey()]
  const ring = ringOf([stored(mine.sha256, mine.id)], [plan])
  expect(usableKey(ring, mine.text, now)).toMatchObject({ key: { id: mine.id }, plan })
  expect(usableKey(ring, other.text, now)).toBe('unknown')
  // The public half of one with the secret half of the other.
  expect(usableKey(ring, `${mine.id}${other.text.slice(16)}`, now)).toBe('wrong')
})

test('an entry without a secret before it is not opened by the hash of nothing', () => {
  const mine = newApiKey()
  const ring = ringOf([stored('0'.repeat(64), mine.id, { previousUntil: '2030-01-01T00:00:00Z' })], [plan])
  expect(usableKey(ring, mine.text, now)).toBe('wrong')
})

test('after a rotation the old secret is good for as long as it was said', () => {
  const before = newApiKey()
  const after = newApiKey(before.id)
  const key = stored(after.sha256, before.id, { previousSha256: before.sha256, previousUntil: '2026-03-01T13:00:00Z' })
  const ring = ringOf([key], [plan])
  expect(after.id).toBe(before.id)
  expect(usableKey(ring, after.text, now)).toMatchObject({ plan })
  expect(usableKey(ring, before.text, now)).toMatchObject({ plan })
  expect(usableKey(ring, before.text, Date.parse('2026-03-01T13:00:00Z'))).toBe('wrong')
})

test('what is revoked, expired or without a plan may not be used', () => {
  const mine = newApiKey()
  const why = (more: Partial<StoredKey>, plans = [plan]) => usableKey(ringOf([stored(mine.sha256, mine.id, more)], plans), mine.text, now)
  expect(why({ revokedAt: '2026-02-01T00:00:00Z' })).toBe('revoked')
  expect(why({ expiresAt: '2026-03-01T12:00:00Z' })).toBe('expired')
  expect(why({ expiresAt: '2026-03-01T12:00:01Z' })).toMatchObject({ plan })
  expect(why({}, [])).toBe('without-plan')
})
