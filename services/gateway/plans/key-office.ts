import type { ApiKeyInfo, KeyUsage, UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import { commonProblem } from '../../shared/runtime/http/problem.ts'
import type { StoredKey } from '../decider/keys/api-key.ts'
import { gatewayProblem } from '../errors.ts'
import type { SendGatewayCommand } from '../state/gateway-state.ts'
import { newApiKey } from './api-key.ts'
import type { KeyRing } from './key-ring.ts'
import type { Meters } from './meters.ts'
import { keyAggregate, planAggregate } from './published-ring.ts'
import { usageReport } from './usage-report.ts'

/** A key with its text: the only time that this is told. */
export interface IssuedKey {
  readonly key: ApiKeyInfo
  readonly secret: string
}

/** What a new key is to be. */
export type KeyRequest = Pick<StoredKey, 'name' | 'owner' | 'planId' | 'scopes' | 'expiresAt'>

/** What operators and developers do with keys and plans. */
export interface KeyOffice {
  plans(): UsagePlan[]
  /** @throws USAGE_PLAN_UNKNOWN */
  plan(id: string): UsagePlan
  putPlan(plan: UsagePlan): Promise<UsagePlan>
  /** @throws USAGE_PLAN_UNKNOWN, USAGE_PLAN_IN_USE */
  removePlan(id: string): Promise<void>
  keys(filter: { readonly owner?: string | undefined; readonly planId?: string | undefined }): ApiKeyInfo[]
  /** @throws API_KEY_UNKNOWN */
  key(id: string): ApiKeyInfo
  /** @throws USAGE_PLAN_UNKNOWN */
  createKey(request: KeyRequest): Promise<IssuedKey>
  /** @throws API_KEY_UNKNOWN, API_KEY_REVOKED */
  rotateKey(id: string, overlapSeconds: number): Promise<IssuedKey>
  /** @throws API_KEY_UNKNOWN */
  revokeKey(id: string): Promise<ApiKeyInfo>
  /** Of the last days, and of what is left now. @throws API_KEY_UNKNOWN */
  usage(id: string, days: number): Promise<KeyUsage>
}

/** @param sendCommand left out: nothing can be changed, as while Kafka is away */
export function keyOffice(
  ring: KeyRing,
  meters: Pick<Meters, 'counting' | 'usage'>,
  sendCommand?: SendGatewayCommand,
  now: () => number = Date.now,
): KeyOffice {
  const at = (ms = now()): string => new Date(ms).toISOString()
  const send: SendGatewayCommand = async (message, terms) => {
    if (!sendCommand) throw commonProblem('UPSTREAM_UNAVAILABLE')
    return sendCommand(message, terms)
  }
  const stored = (id: string): StoredKey => {
    const key = ring.key(id)
    if (!key) throw gatewayProblem('API_KEY_UNKNOWN', `There is no key ${id}.`)
    return key
  }
  const plan = (id: string): UsagePlan => {
    const known = ring.plan(id)
    if (!known) throw gatewayProblem('USAGE_PLAN_UNKNOWN', `There is no plan ${id}.`)
    return known
  }
  const byId = <Item extends { readonly id: string }>(items: Iterable<Item>): Item[] => [...items].sort((a, b) => (a.id < b.id ? -1 : 1))

  return {
    plans: () => byId(ring.plans()),
    plan,
    async putPlan(wanted) {
      await send({ aggregateId: planAggregate(wanted.id), command: { type: 'PutUsagePlan', data: { plan: wanted, at: at() } } })
      return wanted
    },
    async removePlan(planId) {
      plan(planId)
      const inUse = [...ring.keys()].find((key) => key.planId === planId && key.revokedAt === undefined)
      if (inUse) throw gatewayProblem('USAGE_PLAN_IN_USE', `Key ${inUse.id} has plan ${planId}.`)
      await send({ aggregateId: planAggregate(planId), command: { type: 'RemoveUsagePlan', data: { planId, at: at() } } })
    },
    keys: ({ owner, planId }) =>
      byId(ring.keys())
        .filter((key) => (owner === undefined || key.owner === owner) && (planId === undefined || key.planId === planId))
        .map(infoOf),
    key: (id) => infoOf(stored(id)),
    async createKey(request) {
      plan(request.planId)
      const { id: keyId, text, sha256 } = newApiKey()
      const created = { keyId, ...request, sha256, at: at() }
      await send({ aggregateId: keyAggregate(keyId), command: { type: 'CreateApiKey', data: created } })
      return { key: infoOf({ id: keyId, ...request, sha256, createdAt: created.at }), secret: text }
    },
    async rotateKey(keyId, overlapSeconds) {
      const key = stored(keyId)
      const { text, sha256 } = newApiKey(keyId)
      const rotated = { keyId, sha256, previousUntil: at(now() + overlapSeconds * 1000), at: at() }
      await send({ aggregateId: keyAggregate(keyId), command: { type: 'RotateApiKey', data: rotated } })
      return { key: infoOf({ ...key, rotatedAt: rotated.at, previousUntil: rotated.previousUntil }), secret: text }
    },
    async revokeKey(keyId) {
      const key = stored(keyId)
      const revokedAt = at()
      await send({ aggregateId: keyAggregate(keyId), command: { type: 'RevokeApiKey', data: { keyId, at: revokedAt } } })
      return infoOf({ revokedAt, ...key })
    },
    usage: async (id, days) => {
      const key = stored(id)
      return usageReport(key, ring.plan(key.planId), meters, { days, nowMs: now() })
    },
  }
}

/** Without hashes: nobody needs them outside. */
const infoOf = ({ sha256: _now, previousSha256: _before, ...info }: StoredKey): ApiKeyInfo => info
