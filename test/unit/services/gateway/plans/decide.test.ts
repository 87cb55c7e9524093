import { expect, test } from 'vitest'
import { gatewayDecider } from '../../../../../services/gateway/decider/decider.ts'
import type { GatewayEvent } from '../../../../../services/gateway/decider/evolve.ts'
import { publishedRing } from '../../../../../services/gateway/plans/published-ring.ts'
import type { UsagePlan } from '../../../../../services/shared/contracts/api/usage-plans.ts'
import { specify } from '../../../given-when-then.ts'

const given = specify(gatewayDecider)
const at = '2026-11-29T01:00:00.000Z'
const later = '2026-11-30T01:00:00.000Z'
const keyId = 'bwk_abcdefghij01'
const [first, second] = ['1'.repeat(64), '2'.repeat(64)]
const wanted = { keyId, name: 'batch', owner: 'ada', planId: 'basic', scopes: ['orders:own' as const], sha256: first, at }
const created: GatewayEvent = { type: 'gateway.ApiKeyCreated', data: wanted }
const rotated: GatewayEvent = { type: 'gateway.ApiKeyRotated', data: { keyId, sha256: second, previousUntil: later, at: later } }
const revoked: GatewayEvent = { type: 'gateway.ApiKeyRevoked', data: { keyId, at: later } }
const create = { type: 'CreateApiKey', data: wanted } as const
const rotate = { type: 'RotateApiKey', data: rotated.data } as const
const revoke = { type: 'RevokeApiKey', data: { keyId, at: later } } as const
const plan: UsagePlan = { id: 'basic', throttle: { rate: 10, burst: 20 }, quota: { month: 1000 } }
const put = (what: UsagePlan) => ({ type: 'PutUsagePlan', data: { plan: what, at } }) as const
const wasPut = (what: UsagePlan): GatewayEvent => ({ type: 'gateway.UsagePlanPut', data: { plan: what, at } })
const remove = { type: 'RemoveUsagePlan', data: { planId: 'basic', at } } as const
const removed: GatewayEvent = { type: 'gateway.UsagePlanRemoved', data: { planId: 'basic', at } }

test('a key is created once', () => {
  given().when(create).thenEvents(created)
  given(created).when(create).thenRefused('API_KEY_EXISTS')
})

test('a key is rotated until it is revoked, and is revoked once', () => {
  given().when(rotate).thenRefused('API_KEY_UNKNOWN')
  given(created).when(rotate).thenEvents(rotated)
  given(created, revoked).when(rotate).thenRefused('API_KEY_REVOKED')
  given().when(revoke).thenRefused('API_KEY_UNKNOWN')
  given(created, rotated).when(revoke).thenEvents(revoked)
  given(created, revoked).when(revoke).thenEvents()
})

test('a plan is what was put last, until it is removed', () => {
  given().when(put(plan)).thenEvents(wasPut(plan))
  given(wasPut(plan))
    .when(put({ quota: { month: 1000 }, throttle: { burst: 20, rate: 10 }, id: 'basic' }))
    .thenEvents()
  given(wasPut(plan))
    .when(put({ id: 'basic' }))
    .thenEvents(wasPut({ id: 'basic' }))
  given().when(remove).thenRefused('USAGE_PLAN_UNKNOWN')
  given(wasPut(plan)).when(remove).thenEvents(removed)
  given(wasPut(plan), removed).when(remove).thenRefused('USAGE_PLAN_UNKNOWN')
  given(wasPut(plan), removed).when(put(plan)).thenEvents(wasPut(plan))
})

test('the ring has what was published: a rotated key with both hashes, no removed plan', () => {
  const ring = publishedRing()
  const tell = (aggregateId: string, ...events: GatewayEvent[]) =>
    ring.update(aggregateId, events.reduce(gatewayDecider.evolve, gatewayDecider.initial))
  tell(`key-${keyId}`, created, rotated)
  tell('plan-basic', wasPut(plan))
  expect(ring.key(keyId)).toEqual({
    id: keyId,
    name: 'batch',
    owner: 'ada',
    planId: 'basic',
    scopes: ['orders:own'],
    sha256: second,
    createdAt: at,
    previousSha256: first,
    previousUntil: later,
    rotatedAt: later,
  })
  expect(ring.plan('basic')).toEqual(plan)
  tell('plan-basic', wasPut(plan), removed)
  tell('stages')
  expect([...ring.plans()]).toEqual([])
  expect([...ring.keys()]).toHaveLength(1)
})
