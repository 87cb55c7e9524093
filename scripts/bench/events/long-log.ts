import { allPassed } from '../../checks/check.ts'
import { checkLog } from '../../events/audit/check-log.ts'
import { kafkaLog } from '../../events/log/shop-log.ts'
import { writeSimulatedLog } from '../../events/simulated/write-simulated-log.ts'
import type { BenchBroker } from './bench-broker.ts'

const from = Date.parse('2026-01-01T00:00:00.000Z')
const dayMs = 24 * 3600_000

export interface LongLog {
  readonly orders: number
  readonly records: number
  readonly writeMs: number
  readonly verifyMs: number
  /** Every check of `npx breakwater events verify` holds. */
  readonly holds: boolean
}

/** Fills the shop's empty topics with the history of many orders, as a shop would have over 90 days, and audits all of it. */
export async function measureLongLog({ eventLog }: BenchBroker, orders: number, progress: (line: string) => void): Promise<LongLog> {
  const began = performance.now()
  const records = await writeSimulatedLog(eventLog, { count: orders, seed: 1, from, lasting: 90 * dayMs })
  const writeMs = performance.now() - began
  progress(`${records} records of ${orders} orders written in ${Math.round(writeMs / 1000)} s`)
  const checks = await checkLog(kafkaLog(eventLog))
  const verifyMs = performance.now() - began - writeMs
  progress(`audited in ${Math.round(verifyMs / 1000)} s`)
  for (const { name, actual, passed } of checks) if (!passed) progress(`  FAULT ${name}: ${actual}`)
  return { orders, records, writeMs, verifyMs, holds: allPassed(checks) }
}
