import { commandsTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { Check } from '../../checks/check.ts'
import { deadLetterTopics, type ShopLog } from '../log/shop-log.ts'
import { shopRules } from '../rules.ts'
import { examineBusiness } from './business.ts'
import { examineCauses } from './causes.ts'
import { examineConservation } from './conservation.ts'
import { examineDecisions } from './decisions.ts'
import type { Examiner } from './examiner.ts'
import { examineObservations, type Observation } from './observations.ts'
import { examineOutcomes } from './outcomes.ts'
import { examineParked } from './parked.ts'
import { type Records, steps } from './step.ts'

export interface CheckLogOptions {
  /** Ids of orders that were promised to somebody, when that is known. */
  readonly accepted?: readonly string[]
  /** What a consumer saw while the log was written, whole. */
  readonly history?: readonly Observation[]
  /** Cents, of a customer whose limit nobody has changed. */
  readonly creditLimit?: number
  /**
   * ms since the epoch, for a log that is still being written: what is younger may be under way, and nothing is expected of it yet.
   * Default: everything must have led to what it leads to.
   */
  readonly settledBefore?: number
}

/** Reads the whole log once, and says of each claim whether it holds. Holds no part of the log, only what each examiner says it keeps. */
export async function checkLog(
  log: ShopLog,
  { accepted, history, creditLimit, settledBefore = Number.POSITIVE_INFINITY }: CheckLogOptions = {},
): Promise<readonly Check[]> {
  const rules = shopRules({ creditLimit })
  const examiners: readonly Examiner[] = [
    examineBusiness(accepted, settledBefore),
    examineConservation(settledBefore),
    examineOutcomes(settledBefore),
    examineDecisions(rules),
    examineCauses(rules, settledBefore),
    examineParked(),
    ...(history ? [examineObservations(history)] : []),
  ]
  for (const service of Object.keys(rules)) {
    const [commands, events] = [commandsTopic(service), eventsTopic(service)]
    for (const partition of await log.partitions(events)) {
      const shown = showing(log.read(events, partition), examiners)
      for await (const step of steps(service, partition, log.read(commands, partition), shown))
        for (const examiner of examiners) examiner.step?.(step)
    }
  }
  for (const topic of deadLetterTopics) {
    for (const partition of await log.partitions(topic))
      for await (const letter of log.read(topic, partition)) for (const examiner of examiners) examiner.deadLetter?.(letter)
  }
  return examiners.flatMap((examiner) => examiner.checks())
}

async function* showing(records: Records, examiners: readonly Examiner[]): AsyncGenerator<LogRecord> {
  for await (const record of records) {
    for (const examiner of examiners) examiner.event?.(record)
    yield record
  }
}
