import { pino } from 'pino'
import { Type } from 'typebox'
import { type Decider, refuse, startEventSourcing } from '../event-sourcing/index.ts'
import { inMemoryEventLog } from './in-memory-event-log.ts'

type Withdraw = { readonly type: 'Withdraw'; readonly data: { readonly cents: number } }
type Withdrawn = { readonly type: 'bank.Withdrawn'; readonly data: { readonly cents: number } }
const Money = Type.Object({ cents: Type.Integer({ minimum: 1 }) })

const account: Decider<number, Withdraw, Withdrawn> = {
  initial: 1000,
  decide: ({ data }, balance) => (data.cents > balance ? refuse('TOO_POOR', `${balance} left`) : [{ type: 'bank.Withdrawn', data }]),
  evolve: (balance, { data }) => balance - data.cents,
}
export const balances = new Map<string, number>()
const eventLog = inMemoryEventLog() // or connectEventLog({ brokers: ['127.0.0.1:9092'], clientId: 'bank', logger })
const [commandSchemas, eventSchemas] = [{ Withdraw: Money }, { 'bank.Withdrawn': Money }]
const view = (id: string, balance: number) => void balances.set(id, balance)
const bank = startEventSourcing({
  service: 'bank',
  eventLog,
  decider: account,
  commandSchemas,
  eventSchemas,
  view,
  logger: pino({ level: 'warn' }),
})

const withdraw = (id: string, cents: number) =>
  bank.submit({ id, correlationId: id, aggregateId: 'alice', command: { type: 'Withdraw', data: { cents } } }, 2000)
export const outcomes = [await withdraw('w1', 700), await withdraw('w2', 700)]
await bank.stop()
