import { usualCreditLimit } from '../../../services/payments/config.ts'
import { allHold, type Check } from '../../checks/check.ts'
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
    const checks = await poll(read, allHold, { timeoutMs: seconds * 1000, everyMs })
    const tookMs = Math.round(performance.now() - started)
    request.print(request.json ? asJson({ holds: allHold(checks), records, tookMs, checks }) : checksText(checks, records, tookMs))
    return allHold(checks) ? 0 : 1
  },
}

/** A row a check, what was expected of those that do not hold, a last line for all. */
export function checksText(checks: readonly Check[], records: number, tookMs: number): string {
  const rows = checks.map(({ what, expected, observed, holds }) =>
    holds ? ['ok', what, readable(observed)] : ['FAULT', what, `${readable(observed)} (expected: ${readable(expected)})`],
  )
  const held = checks.filter(({ holds }) => holds).length
  return `${table(rows)}${held} of ${checks.length} checks hold over ${records} records, read in ${(tookMs / 1000).toFixed(1)} s\n`
}
