import { allHold, type Check } from '../../faults/check.ts'
import { poll } from '../../faults/wait.ts'
import { checkLog } from '../audit/check-log.ts'
import { asJson, type EventsCommand, UsageError } from '../command.ts'
import { kafkaLog } from '../log/shop-log.ts'
import { usualCreditLimit } from '../rules.ts'
import { table } from '../table.ts'

/** Between two readings of a log that is still being written, ms. */
const everyMs = 1_000

/** `verify` */
export const verify: EventsCommand = {
  usage: 'verify',
  summary: 'holds the whole log against its promises; --within <s, default 10>: sagas under way may take so long to end',
  options: { within: { type: 'string', default: '10' }, 'credit-limit': { type: 'string', default: String(usualCreditLimit) } },
  run: async (request) => {
    const seconds = Number(request.options.within)
    const creditLimit = Number(request.options['credit-limit'])
    if (!(seconds >= 0) || !(creditLimit >= 0)) throw new UsageError('--within and --credit-limit take numbers')
    const eventLog = await request.eventLog()
    const log = () => kafkaLog(eventLog, (records) => request.progress(`${records} records read`))
    const checks = await poll(() => checkLog(log(), { creditLimit }), allHold, { timeoutMs: seconds * 1000, everyMs })
    request.print(request.json ? asJson(checks) : checksText(checks))
    return allHold(checks) ? 0 : 1
  },
}

/** A row a check, a last line for all. */
export function checksText(checks: readonly Check[]): string {
  const cell = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const rows = checks.map(({ what, expected, observed, holds }) => [holds ? 'ok' : 'FAULT', what, cell(expected), cell(observed)])
  const held = checks.filter(({ holds }) => holds).length
  return `${table([['', 'check', 'expected', 'observed'], ...rows])}${held} of ${checks.length} checks hold\n`
}
