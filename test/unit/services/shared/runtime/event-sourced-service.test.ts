import { pino } from 'pino'
import { Type } from 'typebox'
import { afterEach, expect, test } from 'vitest'
import { type AggregatesService, startAggregatesService } from '../../../../../services/shared/runtime/event-sourced-service.ts'
import { createMetrics } from '../../../../../services/shared/runtime/process/metrics.ts'
import type { RunningService } from '../../../../../services/shared/runtime/process/process.ts'
import { type InMemoryEventLog, inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { Money, toyBank } from './event-sourcing/toy-bank.ts'

type Bank = AggregatesService<ReturnType<typeof toyBank>['types']>

const running: RunningService[] = []
const end = async ({ app, stop }: RunningService): Promise<void> => {
  await app.close()
  await stop()
}
afterEach(async () => {
  await Promise.all(running.splice(0).map(end))
})

/** Its routes of both types, and what it begins with as far as its views do not show it. */
const bank = (): Bank => {
  const { types, views } = toyBank()
  return {
    service: 'bank',
    aggregates: types,
    problems: { NEGATIVE: { status: 422, title: 'Too little' }, TWICE: { status: 409, title: 'Twice' } },
    seedCommands: {
      account: () => (views.account.has('house') ? [] : [{ aggregateId: 'house', command: { type: 'Deposit', data: { cents: 100 } } }]),
      loan: () => (views.loan.has('house') ? [] : [{ aggregateId: 'house', command: { type: 'Lend', data: { cents: 7 } } }]),
    },
    routes: (app, sendCommand) => {
      const schema = { params: Type.Object({ id: Type.String() }), body: Money }
      app.post('/accounts/:id', { schema }, ({ params: { id }, body }) =>
        sendCommand.account({ aggregateId: id, command: { type: 'Deposit', data: body } }),
      )
      app.post('/loans/:id', { schema }, ({ params: { id }, body }) =>
        sendCommand.loan({ aggregateId: id, command: { type: 'Lend', data: body } }),
      )
      app.get('/balances/:id', { schema: { params: schema.params } }, async ({ params: { id } }) => ({
        account: views.account.get(id),
        loan: views.loan.get(id),
      }))
    },
  }
}

async function start(eventLog: InMemoryEventLog, definition = bank()): Promise<RunningService> {
  const config = { KAFKA_BROKERS: 'in memory', KAFKA_SECURITY: 'plaintext' as const }
  const metrics = createMetrics({ service: 'bank', pod: 'test' })
  const service = await startAggregatesService(definition, { config, logger: pino({ level: 'silent' }), metrics }, () => eventLog)
  running.push(service)
  return service
}

const readiness = async ({ app }: RunningService): Promise<unknown> => (await app.inject('/readyz')).json()
const isReady = async (service: RunningService): Promise<void> => {
  await expect.poll(() => readiness(service)).toMatchObject({ ready: true })
}
const post = async ({ app }: RunningService, url: string, cents: number): Promise<unknown[]> => {
  const answer = await app.inject({ method: 'POST', url, payload: { cents } })
  return [answer.statusCode, answer.json().code ?? answer.json().events[0].type]
}
const typesIn = (eventLog: InMemoryEventLog, topic: string): (string | undefined)[] =>
  eventLog.read(topic).map(({ headers }) => headers.type?.toString())

test('routes give commands to each aggregate type, and refusals of each are problems of the service', async () => {
  const eventLog = inMemoryEventLog()
  const service = await start(eventLog)
  await isReady(service)
  expect(await post(service, '/accounts/alice', 5)).toEqual([200, 'bank-account.Deposited'])
  expect(await post(service, '/loans/alice', 7)).toEqual([200, 'bank-loan.Lent'])
  expect(await post(service, '/accounts/alice', -1)).toEqual([422, 'NEGATIVE'])
  await expect.poll(async () => (await service.app.inject('/balances/alice')).json()).toEqual({ account: 5, loan: 0 })
})

test('each type begins with its seed commands, in its own topic; until they are answered the service is not ready and knows nothing', async () => {
  const eventLog = inMemoryEventLog()
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const service = await start({ ...eventLog, produce: (records) => opened.then(() => eventLog.produce(records)) })
  expect((await service.app.inject('/balances/house')).json()).toMatchObject({ status: 503, code: 'STILL_LOADING' })
  expect(await readiness(service)).toMatchObject({ ready: false, waitingFor: expect.arrayContaining(['seed commands']) })
  open()
  await isReady(service)
  expect(typesIn(eventLog, 'bank-account.commands')).toEqual(['Deposit'])
  expect(typesIn(eventLog, 'bank-loan.commands')[0]).toBe('Lend')
  await expect.poll(async () => (await service.app.inject('/balances/house')).json()).toEqual({ account: 100, loan: 0 })
})

test('what a view shows done is not given again after a restart', async () => {
  const eventLog = inMemoryEventLog()
  const first = await start(eventLog)
  await isReady(first)
  await expect.poll(() => typesIn(eventLog, 'bank-loan.events')).toEqual(['bank-loan.Lent', 'bank-loan.Recalled'])
  await Promise.all(running.splice(0).map(end))
  const next = await start(eventLog)
  await isReady(next)
  expect(typesIn(eventLog, 'bank-account.commands')).toEqual(['Deposit'])
  expect((await next.app.inject('/balances/house')).json()).toEqual({ account: 100, loan: 0 })
})

test('a service without seed commands and routes becomes ready', async () => {
  const { aggregates, problems, service } = bank()
  await isReady(await start(inMemoryEventLog(), { aggregates, problems, service }))
})

test('the seed commands of one type are not those of another', () => {
  const { seedCommands } = bank()
  // @ts-expect-error TS2322 an account lends nothing
  const mistaken: Bank['seedCommands'] = { account: seedCommands?.loan }
  expect(mistaken).toBeDefined()
})
