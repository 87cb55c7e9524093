import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { kindOf } from '../log/chosen-aggregate.ts'
import { newestAggregates } from '../log/newest-aggregates.ts'

/** `list [what]` */
export const list: EventsCommand = {
  run: async (request) => {
    const kind = kindOf(request.words[0] ?? 'order')
    const limit = Number(request.options.limit)
    if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit takes a whole number from 1 on')
    const heads = await newestAggregates(await request.eventLog(), { kind, limit })
    const rows = heads.map(({ id, version, type, time }) => [id, String(version), type, time])
    if (request.json) request.print(asJson(heads))
    else request.print(rows.length === 0 ? `there is no ${kind} yet\n` : table([[kind, 'version', 'newest event', 'time'], ...rows]))
    return 0
  },
}
