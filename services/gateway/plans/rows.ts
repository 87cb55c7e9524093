import { Type } from 'typebox'
import { ApiKeyId, ApiKeyInfo, KeyUsage, PlanId, PlanLimits, UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import { CustomerId } from '../../shared/contracts/values.ts'
import type { Access } from '../access/access.ts'
import { type ApiRoute, answer, apiRoute } from '../api/api-route.ts'
import { closedThroughout } from '../stages/closed-throughout.ts'
import { apiKeyRequired } from './plan-problems.ts'

const admin: Access = { scopes: ['gateway:admin'] }
const KeyPath = Type.Object({ id: ApiKeyId })
const PlanPath = Type.Object({ id: PlanId })
const Days = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 62, default: 30, description: 'today and the days before it' }) })

const { name, owner, planId, scopes, expiresAt } = ApiKeyInfo.properties

/** `POST /v1/gateway/keys` */
export const NewKey = closedThroughout(Type.Object({ name, owner, planId, scopes: Type.Optional(scopes), expiresAt }))

/** A key as it is told once. */
export const IssuedKeyBody = Type.Object({
  key: ApiKeyInfo,
  secret: Type.String({ description: 'the whole key, for the header x-api-key; it is not kept and cannot be told again' }),
})

/** `POST /v1/gateway/keys/{id}/rotate` */
export const Rotation = closedThroughout(
  Type.Object({
    overlapSeconds: Type.Integer({
      minimum: 0,
      maximum: 30 * 86_400,
      default: 86_400,
      description: 'how long the secret before this one stays good; 0 for one that has leaked',
    }),
  }),
)

/** Neither caches nor histories are to have a secret. */
const once = { 'cache-control': 'no-store' }

/** Keys and plans, for who runs the gateway. */
export const planRows: readonly ApiRoute[] = [
  apiRoute({
    operationId: 'listUsagePlans',
    method: 'GET',
    path: '/gateway/plans',
    summary: 'All usage plans',
    tag: 'gateway',
    access: admin,
    answers: { 200: { description: 'The plans, by id', body: Type.Object({ plans: Type.Array(UsagePlan) }) } },
    handler: (_request, { office }) => answer(200, { plans: office.plans() }),
  }),
  apiRoute({
    operationId: 'getUsagePlan',
    method: 'GET',
    path: '/gateway/plans/:id',
    summary: 'One usage plan',
    tag: 'gateway',
    access: admin,
    params: PlanPath,
    answers: { 200: { description: 'The plan', body: UsagePlan } },
    problems: { 404: ['USAGE_PLAN_UNKNOWN'] },
    handler: ({ params: { id } }, { office }) => answer(200, office.plan(id)),
  }),
  apiRoute({
    operationId: 'putUsagePlan',
    method: 'PUT',
    path: '/gateway/plans/:id',
    summary: 'Make a plan, or make it what is said; it holds for its keys within a second',
    tag: 'gateway',
    access: admin,
    params: PlanPath,
    body: closedThroughout(PlanLimits),
    answers: { 200: { description: 'The plan', body: UsagePlan } },
    problems: { 409: ['COMMAND_PARKED'] },
    handler: async ({ params: { id }, body }, { office }) => answer(200, await office.putPlan({ id, ...body })),
  }),
  apiRoute({
    operationId: 'removeUsagePlan',
    method: 'DELETE',
    path: '/gateway/plans/:id',
    summary: 'Remove a plan that no key has',
    tag: 'gateway',
    access: admin,
    params: PlanPath,
    answers: { 204: { description: 'Removed' } },
    problems: { 404: ['USAGE_PLAN_UNKNOWN'], 409: ['USAGE_PLAN_IN_USE', 'COMMAND_PARKED'] },
    handler: async ({ params: { id } }, { office }) => {
      await office.removePlan(id)
      return answer(204)
    },
  }),
  apiRoute({
    operationId: 'listApiKeys',
    method: 'GET',
    path: '/gateway/keys',
    summary: 'Keys, without their secrets',
    tag: 'gateway',
    access: admin,
    query: Type.Object({ owner: Type.Optional(CustomerId), planId: Type.Optional(PlanId) }),
    answers: { 200: { description: 'The keys, by id; revoked ones too', body: Type.Object({ keys: Type.Array(ApiKeyInfo) }) } },
    handler: ({ query }, { office }) => answer(200, { keys: office.keys(query) }),
  }),
  apiRoute({
    operationId: 'createApiKey',
    method: 'POST',
    path: '/gateway/keys',
    summary: 'Create a key; its secret is in this answer and nowhere else',
    tag: 'gateway',
    access: admin,
    body: NewKey,
    answers: { 201: { description: 'The key', body: IssuedKeyBody, headers: Type.Object({ location: Type.String() }) } },
    problems: { 404: ['USAGE_PLAN_UNKNOWN'], 409: ['API_KEY_EXISTS', 'COMMAND_PARKED'] },
    handler: async ({ body }, { office }) => {
      const issued = await office.createKey({ ...body, scopes: body.scopes ?? [] })
      return answer(201, issued, { ...once, location: `/v1/gateway/keys/${issued.key.id}` })
    },
  }),
  apiRoute({
    operationId: 'getApiKey',
    method: 'GET',
    path: '/gateway/keys/:id',
    summary: 'One key, without its secret',
    tag: 'gateway',
    access: admin,
    params: KeyPath,
    answers: { 200: { description: 'The key', body: ApiKeyInfo } },
    problems: { 404: ['API_KEY_UNKNOWN'] },
    handler: ({ params: { id } }, { office }) => answer(200, office.key(id)),
  }),
  apiRoute({
    operationId: 'rotateApiKey',
    method: 'POST',
    path: '/gateway/keys/:id/rotate',
    summary: 'Give a key another secret; the one before stays good for a while',
    tag: 'gateway',
    access: admin,
    params: KeyPath,
    body: Rotation,
    answers: { 200: { description: 'The key with its new secret', body: IssuedKeyBody } },
    problems: { 404: ['API_KEY_UNKNOWN'], 409: ['API_KEY_REVOKED', 'COMMAND_PARKED'] },
    handler: async ({ params: { id }, body }, { office }) => answer(200, await office.rotateKey(id, body.overlapSeconds), once),
  }),
  apiRoute({
    operationId: 'revokeApiKey',
    method: 'POST',
    path: '/gateway/keys/:id/revoke',
    summary: 'End a key, for ever',
    tag: 'gateway',
    access: admin,
    params: KeyPath,
    answers: { 200: { description: 'The key', body: ApiKeyInfo } },
    problems: { 404: ['API_KEY_UNKNOWN'], 409: ['COMMAND_PARKED'] },
    handler: async ({ params: { id } }, { office }) => answer(200, await office.revokeKey(id)),
  }),
  apiRoute({
    operationId: 'getUsage',
    method: 'GET',
    path: '/gateway/keys/:id/usage',
    summary: 'What a key has used, by day, and what is left of its quotas',
    tag: 'gateway',
    access: admin,
    params: KeyPath,
    query: Days,
    answers: { 200: { description: 'The usage', body: KeyUsage } },
    problems: { 404: ['API_KEY_UNKNOWN'] },
    handler: async ({ params: { id }, query: { days } }, { office }) => answer(200, await office.usage(id, days)),
  }),
]

/** What whoever has a key may know of it. */
const OwnKey = Type.Object({ key: ApiKeyInfo, plan: UsagePlan, usage: KeyUsage })

/** For developers: their own keys. */
export const developerRows: readonly ApiRoute[] = [
  apiRoute({
    operationId: 'getOwnKey',
    method: 'GET',
    path: '/keys/current',
    summary: 'The key that this request has, its plan and its usage; takes nothing of its quota',
    tag: 'keys',
    access: 'anonymous',
    takesNoQuota: true,
    query: Days,
    headers: Type.Object({ 'x-api-key': Type.Optional(Type.String()) }),
    answers: { 200: { description: 'The key', body: OwnKey } },
    handler: async ({ apiKey, query: { days } }, { office }) => {
      if (!apiKey) throw apiKeyRequired()
      const { id, planId } = apiKey
      return answer(200, { key: office.key(id), plan: office.plan(planId), usage: await office.usage(id, days) }, once)
    },
  }),
  apiRoute({
    operationId: 'listOwnKeys',
    method: 'GET',
    path: '/keys',
    summary: 'The keys of whoever is signed in, with their usage',
    tag: 'keys',
    access: { scopes: ['orders:own'], owner: 'customer' },
    query: Days,
    answers: {
      200: { description: 'The keys', body: Type.Object({ keys: Type.Array(Type.Object({ key: ApiKeyInfo, usage: KeyUsage })) }) },
    },
    handler: async ({ caller: { customerId }, query: { days } }, { office }) => {
      const keys = customerId === undefined ? [] : office.keys({ owner: customerId })
      return answer(200, { keys: await Promise.all(keys.map(async (key) => ({ key, usage: await office.usage(key.id, days) }))) })
    },
  }),
]
