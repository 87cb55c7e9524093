import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../../services/gateway/app.ts'
import { gatewayDecider } from '../../../../../services/gateway/decider/decider.ts'
import type { GatewayState } from '../../../../../services/gateway/decider/evolve.ts'
import { gatewayErrors } from '../../../../../services/gateway/errors.ts'
import { publishedRing } from '../../../../../services/gateway/plans/published-ring.ts'
import type { SendGatewayCommand } from '../../../../../services/gateway/state/gateway-state.ts'
import { problems } from '../../../../../services/shared/runtime/http/problem.ts'
import type { Server } from '../../../../../services/shared/runtime/http/server.ts'
import { fakeMesh } from '../fake-mesh.ts'

const admin = {
  name: 'test',
  authenticate: () => ({ kind: 'user' as const, id: 'op', customerId: 'ada', scopes: new Set(['gateway:admin', 'orders:own']) }),
}

/** A gateway whose commands are decided at once, and everything that was said of it. */
function served() {
  const lines: string[] = []
  const commands: unknown[] = []
  const states = new Map<string, GatewayState>()
  const ring = publishedRing()
  const problem = problems(gatewayErrors)
  const sendCommand = (async ({ aggregateId, command }: Parameters<SendGatewayCommand>[0]) => {
    commands.push(command)
    const state = states.get(aggregateId) ?? gatewayDecider.initial
    const decision = gatewayDecider.decide(command, state)
    if ('refused' in decision) throw problem(decision.refused, decision.detail)
    const next = decision.reduce(gatewayDecider.evolve, state)
    states.set(aggregateId, next)
    ring.update(aggregateId, next)
    return { status: 'changed' }
  }) as unknown as SendGatewayCommand
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const mesh = fakeMesh({ 'catalog GET /products': { body: { products: [] } }, 'inventory GET /availability': { body: { items: [] } } })
  const app = createGateway({ mesh, logger, ring, sendCommand, authorizers: [admin] })
  return { app, commands, lines, states }
}

const send = (
  app: Server,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
) => app.inject({ method, url, headers, ...(payload && { payload }) })

test('a key is made for a plan, works, is rotated, and ends when it is revoked; its text is told once and kept nowhere', async () => {
  const { app, commands, lines, states } = served()
  expect((await send(app, 'POST', '/v1/gateway/keys', { name: 'batch', planId: 'basic' })).json()).toMatchObject({
    status: 404,
    code: 'USAGE_PLAN_UNKNOWN',
  })
  const limits = { throttle: { rate: 5, burst: 3 }, quota: { month: 100 } }
  expect((await send(app, 'PUT', '/v1/gateway/plans/basic', limits)).json()).toEqual({ id: 'basic', ...limits })
  expect((await send(app, 'GET', '/v1/gateway/plans')).json()).toEqual({ plans: [{ id: 'basic', ...limits }] })

  const made = await send(app, 'POST', '/v1/gateway/keys', { name: 'batch', planId: 'basic', owner: 'ada' })
  expect(made.statusCode).toBe(201)
  const { key, secret } = made.json()
  expect(made.headers).toMatchObject({ location: `/v1/gateway/keys/${key.id}`, 'cache-control': 'no-store' })
  expect(key).toEqual({ id: key.id, name: 'batch', owner: 'ada', planId: 'basic', scopes: [], createdAt: expect.any(String) })
  const ask = (text: string, url = '/v1/products') => send(app, 'GET', url, undefined, { 'x-api-key': text })
  expect((await ask(secret)).headers.ratelimit).toMatch(/^"rate";r=2;t=1, "month";r=99;t=\d+$/)

  const turned = (await send(app, 'POST', `/v1/gateway/keys/${key.id}/rotate`, { overlapSeconds: 0 })).json()
  expect(turned.key).toMatchObject({ id: key.id, rotatedAt: expect.any(String) })
  expect(turned.secret).not.toBe(secret)
  expect((await ask(secret)).statusCode).toBe(401)
  expect((await ask(turned.secret)).statusCode).toBe(200)

  // What the key's holder sees, and it takes nothing of the quota.
  const own = (await ask(turned.secret, '/v1/keys/current?days=1')).json()
  expect(own).toMatchObject({ key: { id: key.id }, plan: { id: 'basic' }, usage: { counted: 'this-replica' } })
  expect(own.usage.quotas).toEqual([{ period: 'month', limit: 100, used: 2, left: 98, resetsAt: expect.any(String) }])
  expect((await send(app, 'GET', '/v1/keys')).json().keys).toMatchObject([{ key: { id: key.id }, usage: { keyId: key.id } }])
  expect((await send(app, 'GET', `/v1/gateway/keys/${key.id}/usage?days=2`)).json().days).toHaveLength(2)

  expect((await send(app, 'DELETE', '/v1/gateway/plans/basic')).json()).toMatchObject({ status: 409, code: 'USAGE_PLAN_IN_USE' })
  expect((await send(app, 'POST', `/v1/gateway/keys/${key.id}/revoke`)).json()).toMatchObject({ id: key.id, revokedAt: expect.any(String) })
  expect((await ask(turned.secret)).statusCode).toBe(401)
  expect((await send(app, 'DELETE', '/v1/gateway/plans/basic')).statusCode).toBe(204)
  expect((await send(app, 'GET', '/v1/gateway/plans/basic')).statusCode).toBe(404)

  const listed = await send(app, 'GET', '/v1/gateway/keys?owner=ada')
  expect(listed.json().keys).toHaveLength(1)
  expect((await send(app, 'GET', '/v1/gateway/keys?owner=eve')).json().keys).toEqual([])
  const said = [listed.body, JSON.stringify(commands), lines.join(''), JSON.stringify([...states])].join('')
  for (const text of [secret, turned.secret]) expect(said).not.toContain(text.slice(17))
  expect(listed.body).not.toContain('sha256')
})

test.each([
  ['PUT', '/v1/gateway/plans/basic', { throttle: { rate: 0, burst: 1 } }],
  ['PUT', '/v1/gateway/plans/basic', { throttle: { rate: 1, burst: 1, brust: 2 } }],
  ['PUT', '/v1/gateway/plans/basic', { quota: { year: 1 } }],
  ['PUT', '/v1/gateway/plans/Basic', {}],
  ['POST', '/v1/gateway/keys', { name: 'a', planId: 'basic', scopes: ['gateway:admin'] }],
  ['POST', '/v1/gateway/keys', { name: 'a', planId: 'basic', sha256: '0'.repeat(64) }],
  ['POST', '/v1/gateway/keys', { name: 'a\n', planId: 'basic' }],
  ['POST', '/v1/gateway/keys/bwk_abcdefghij01/rotate', { overlapSeconds: -1 }],
] as const)('%s %s %j is refused before anything is done', async (method, url, payload) => {
  const { app, commands } = served()
  expect((await send(app, method, url, payload)).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
  expect(commands).toEqual([])
})

test('without a key there is nothing to tell of it, and without Kafka nothing changes', async () => {
  const { app } = served()
  expect((await send(app, 'GET', '/v1/keys/current')).json()).toMatchObject({ status: 401, code: 'API_KEY_REQUIRED' })
  const away = createGateway({ mesh: fakeMesh({}), logger: pino({ level: 'silent' }), authorizers: [admin] })
  expect((await send(away, 'PUT', '/v1/gateway/plans/basic', {})).statusCode).toBe(503)
})

test('the page for developers loads nothing from elsewhere and has nothing inline', async () => {
  const { app } = served()
  const page = await send(app, 'GET', '/developers')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|https?:\/\//)
  const loaded = [...page.body.matchAll(/(?:src|href)="(\/developers\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(loaded.sort()).toEqual(['/developers/page.css', '/developers/page.js'])
  for (const path of loaded) expect((await send(app, 'GET', path)).statusCode).toBe(200)
})
