import { Type } from 'typebox'
import type { EventLog, OutgoingRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { BrokerNames } from '../../../../../../services/shared/runtime/kafka/rename-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import type { Metrics } from '../../../../../../services/shared/runtime/process/metrics.ts'
import type { Database, Queries } from '../../../../../../services/shared/runtime/projections/database/database.ts'
import { integer, type RowOf, type Table, text } from '../../../../../../services/shared/runtime/projections/database/table.ts'
import { type Project, type Projection, projection } from '../../../../../../services/shared/runtime/projections/projection.ts'
import { type Projections, startProjections } from '../../../../../../services/shared/runtime/projections/start-projections.ts'

const table = { name: 'balances', key: 'account', columns: { account: text(), cents: integer, deposits: integer } } as const satisfies Table
export type Balance = RowOf<typeof table>

/** Adds up, so that an event applied twice or left out shows in the sum. */
export const add: Project<Balance, { cents: number }> = ({ data: { cents }, envelope: { aggregateId: account } }) => ({
  key: account,
  fold: (row = { account, cents: 0, deposits: 0 }) => ({ account, cents: row.cents + cents, deposits: row.deposits + 1 }),
})

/** Balances of a toy bank; its feed is the topic that nothing else uses here. */
export const balances = (service: string, project = add): Projection =>
  projection<typeof table>({
    name: 'balances',
    version: 1,
    table,
    events: { [`${service}.Deposited`]: project },
    feed: { topic: `${service}.commands`, version: ({ deposits }) => deposits },
    awaited: true,
  })

export interface ToyReadModel {
  readonly service: string
  readonly eventLog: EventLog
  readonly database: Database
  readonly project?: typeof add
  readonly metrics?: Metrics
  readonly names?: BrokerNames
}

const silent = () => undefined

export const startBalances = ({ service, eventLog, database, project, metrics, names }: ToyReadModel): Projections =>
  startProjections({
    service,
    eventLog,
    database,
    projections: [balances(service, project)],
    eventSchemas: { [`${service}.Deposited`]: Type.Object({ cents: Type.Integer() }), [`${service}.Closed`]: Type.Object({}) },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    metrics,
    ...(names && { names }),
    clock: () => new Date('2026-01-01T00:00:00Z'),
  })

let ids = 0

export function deposit(service: string, account: string, cents: unknown, type = `${service}.Deposited`): OutgoingRecord {
  ids += 1
  const id = `event-${ids}`
  const time = '2026-01-01T00:00:00.000Z'
  const ofOne = { aggregateId: account, version: 1, causationId: id, correlationId: id }
  return encodeRecord(`${service}.events`, { id, type, schemaVersion: 1, ...ofOne, time }, { cents })
}

/** A database is opened once and used by all tests, because opening takes a second. */
export async function forgetEverything({ query }: Queries): Promise<void> {
  await query('DROP VIEW IF EXISTS balances_v1')
  const tables = await query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
  for (const { name } of tables) await query(`DROP TABLE ${name} CASCADE`)
}

export const sumOf = async ({ query }: Queries): Promise<number> =>
  (await query<{ sum: number }>('SELECT COALESCE(SUM(cents), 0)::bigint AS sum FROM balances_v1'))[0]?.sum ?? Number.NaN

export const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
