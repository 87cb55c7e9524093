import { usualCreditLimit } from '../../../services/payments/config.ts'
import { allPassed, type Check } from '../../checks/check.ts'
import { checkToJson } from '../../checks/check-json.ts'
import { poll } from '../../checks/poll.ts'
import { readable } from '../../checks/readable.ts'
import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { checkLog } from '../audit/check-log.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { kafkaLog } from '../log/shop-log.ts'

/** Between two readings of a log that is still being written, ms. */
const everyMs = 1_000

/** `verify` */
export const verify: EventsCommand = {
  run: async (request) => {
    const seconds = Number(request.options.within)
    const creditLimit = Number(request.options.creditLimit ?? usualCreditLimit)
    if (!(seconds >= 0) || !(creditLimit >= 0)) throw new UsageError('--within and --credit-limit take numbers')
    const eventLog = await request.eventLog()
    let records = 0
    let started = 0
    const read = () => {
      started = performance.now()
      const log = kafkaLog(eventLog, (count) => {
        records = count
        request.progress(`${count} records read, ${Math.round((count / (performance.now() - started)) * 1000)}/s`)
      })
      return checkLog(log, { creditLimit })
    }
    const checks = await poll(read, allPassed, { timeoutMs: seconds * 1000, everyMs })
    const tookMs = Math.round(performance.now() - started)
    request.print(
      request.json
        ? asJson({ holds: allPassed(checks), records, tookMs, checks: checks.map(checkToJson) })
        : checksText(checks, records, tookMs),
    )
    return allPassed(checks) ? 0 : 1
  },
}

/** A row a check, what was expected of those that do not hold, a last line for all. */
export function checksText(checks: readonly Check[], records: number, tookMs: number): string {
  const rows = checks.map(({ name, expected, actual, passed }) =>
    passed ? ['ok', name, readable(actual)] : ['FAULT', name, `${readable(actual)} (expected: ${readable(expected)})`],
  )
  const held = checks.filter(({ passed }) => passed).length
  return `${table(rows)}${held} of ${checks.length} checks hold over ${records} records, read in ${(tookMs / 1000).toFixed(1)} s\n`
}
