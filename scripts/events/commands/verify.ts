import { usualCreditLimit } from '../../../services/payments/config.ts'
import { table } from '../../cli/table.ts'
import { allHold, type Check } from '../../experiments/core/check.ts'
import { readable } from '../../experiments/core/readable.ts'
import { poll } from '../../experiments/core/wait.ts'
import { checkLog } from '../audit/check-log.ts'
import { asJson, type EventsCommand, UsageError } from '../command.ts'
import { kafkaLog } from '../log/shop-log.ts'

/** Between two readings of a log that is still being written, ms. */
const everyMs = 1_000

/** `verify` */
export const verify: EventsCommand = {
  usage: 'verify',
  words: 0,
  summary: `holds the whole log against its promises: a line each; exit code 1 when one is broken
      --within 10: seconds that sagas under way may take to end; --credit-limit ${usualCreditLimit}: cents, as payments has it`,
  options: { within: { type: 'string', default: '10' }, 'credit-limit': { type: 'string', default: String(usualCreditLimit) } },
  run: async (request) => {
    const seconds = Number(request.options.within)
    const creditLimit = Number(request.options['credit-limit'])
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
