import { setTimeout as delay } from 'node:timers/promises'
import { allPassed, type Check } from '../../scripts/checks/check.ts'
import { poll } from '../../scripts/checks/poll.ts'
import { checkLog } from '../../scripts/events/audit/check-log.ts'
import { type Observation, observe } from '../../scripts/events/audit/observations.ts'
import { eventsTopics, kafkaLog } from '../../scripts/events/log/shop-log.ts'
import { seededRandom } from '../../scripts/synthetic-orders/seeded-random.ts'
import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import { failedTransactions } from './failed-transactions.ts'
import { orderTraffic } from './order-traffic.ts'
import { type Fault, type FaultKind, schedule } from './schedule.ts'
import { type Replicas, replicaNames, type ShopUnderTest, startShopUnderTest } from './shop.ts'
import type { Victim } from './victim.ts'

export interface CrashPlan {
  /** Decides every fault and every order; the same seed is the same plan. */
  readonly seed: number
  readonly replicas: Replicas
  readonly counts: Readonly<Record<FaultKind, number>>
  /** Mean time between two faults, ms. */
  readonly everyMs: number
  readonly ordersPerSecond: number
  /** ms after the last fault in which all that was begun has to end. */
  readonly settleWithinMs: number
}

export interface CrashReport {
  readonly seed: number
  readonly faults: readonly Fault[]
  readonly accepted: number
  readonly cancelled: number
  /** Records of events topics. */
  readonly events: number
  readonly checks: readonly Check[]
  /** Processes that gave up by themselves. */
  readonly ownEnds: readonly string[]
  /** Transactions that a fault met, by the error that the service saw. */
  readonly failedTransactions: Readonly<Record<string, number>>
  /** From the last fault until every check held. */
  readonly settledMs: number
  /** Data and output of the processes; kept when a check failed. */
  readonly directory: string
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** Orders before the first fault. */
const calmMs = 2_000

/** Orders under faults, then the audit of everything that was written. */
export async function crashRun(plan: CrashPlan, log: (line: string) => void = () => {}): Promise<CrashReport> {
  const { seed, replicas, counts, everyMs, ordersPerSecond, settleWithinMs } = plan
  const faults = schedule({ seed, counts, replicas: replicaNames(replicas), everyMs })
  const shop = await startShopUnderTest(replicas, seededRandom(seed))
  const eventLog = connectEventLog({ brokers: [shop.brokers], clientId: 'crash-test', logger: quiet })
  const history: Observation[] = []
  const onBatch = ({ records }: { records: readonly Parameters<typeof observe>[0][] }) => void history.push(...records.map(observe))
  const witness = eventLog.follow({ topics: eventsTopics, from: 'beginning', onBatch })
  const over = new AbortController()
  const deadline = new AbortController()
  let holds = false
  try {
    const placing = orderTraffic({ orderUrls: shop.orderUrls, seed, ordersPerSecond, until: over.signal, deadline: deadline.signal })
    placing.catch(() => over.abort())
    await delay(calmMs)
    await inflict(faults, shop, log)
    over.abort()
    const ended = performance.now()
    const giveUp = setTimeout(() => deadline.abort(), settleWithinMs)
    const { accepted, counts: done } = await placing
    clearTimeout(giveUp)
    log(`${accepted.length} orders accepted; waiting for all to end`)
    const audit = () => checkLog(kafkaLog(eventLog), { accepted, history })
    const checks = await poll(audit, allPassed, { timeoutMs: settleWithinMs - (performance.now() - ended), everyMs: 2_000 })
    holds = allPassed(checks)
    return {
      seed,
      faults,
      accepted: accepted.length,
      cancelled: done.cancelled,
      events: history.length,
      checks,
      ownEnds: [...shop.victims.values()].flatMap(({ ownEnds }) => ownEnds),
      failedTransactions: await failedTransactions(shop.directory),
      settledMs: Math.round(performance.now() - ended),
      directory: shop.directory,
    }
  } finally {
    over.abort()
    deadline.abort()
    // First who talks to the broker: without one, its last requests would be tried for long.
    await witness.stop()
    await eventLog.close()
    await shop.stop(!holds)
  }
}

/** Does what is scheduled; resolves when all is undone. */
async function inflict(faults: readonly Fault[], { victims, gate }: ShopUnderTest, log: (line: string) => void): Promise<void> {
  const started = performance.now()
  const undone: Promise<void>[] = []
  for (const [index, { kind, target, atMs, lastsMs }] of faults.entries()) {
    const waitMs = atMs - (performance.now() - started)
    if (waitMs > 0) await delay(waitMs)
    log(`${index + 1}/${faults.length} ${kind} ${target} ${lastsMs} ms`)
    undone.push(kind === 'commit-cut' ? gate.cutCommits(target, lastsMs) : strike(kind, victims.get(target), lastsMs))
  }
  await Promise.all(undone)
}

async function strike(kind: FaultKind, victim: Victim | undefined, ms: number): Promise<void> {
  if (victim === undefined) throw new Error('a fault without victim')
  await (kind === 'kill' || kind === 'broker-kill' ? victim.kill(ms) : victim.pause(ms))
}
