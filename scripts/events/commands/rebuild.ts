import { setTimeout } from 'node:timers/promises'
import { Value } from 'typebox/value'
import { ProjectionName } from '../../../services/shared/contracts/api/operations.ts'
import type { Rebuild, RebuildReport } from '../../../services/shared/contracts/rebuild.ts'
import { appUrl } from '../../access/shop-access.ts'
import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand, word } from '../command.ts'
import { differences } from '../order/difference.ts'
import { keepAsking, NoAnswer, type Patience } from '../projections/keep-asking.ts'
import { type OrderHistory, orderHistoryAt } from '../projections/order-history.ts'
import { grouped, progressBar } from '../projections/progress-bar.ts'

const lookEveryMs = 200
/** A restart takes some seconds. */
const patience = { forMs: 30_000, everyMs: 1_000 }

/** `rebuild <projection>` */
export const rebuild: EventsCommand = {
  run: async (request) => {
    const name = word(request, 0, `the read model (${ProjectionName.enum.join(', ')})`)
    if (!Value.Check(ProjectionName, name)) throw new UsageError(`there is no '${name}'; there are: ${ProjectionName.enum.join(', ')}`)
    const { keep, service } = request.options
    const orderHistory = orderHistoryAt(
      typeof service === 'string' ? service.replace(/\/$/, '') : await appUrl(await request.access(), 'order-history'),
    )
    const begun = performance.now()
    let state = await orderHistory.beginRebuild({ projection: name, keep: keep === true })
    while (state.state === 'building') {
      const { done, of } = state.progress
      request.progress(`${name}  ${progressBar(done, of, (performance.now() - begun) / 1000)}`)
      await setTimeout(lookEveryMs)
      state = await look(orderHistory, state, (ms) => request.progress(`${name}  no answer for ${Math.round(ms / 1000)} s, asking again`))
    }
    if (state.report) request.print(request.json ? asJson(state) : rebuildText(state, state.report))
    else throw new Error(`${name} was not rebuilt: ${state.failure ?? state.state}; the rows in use are as they were`)
    return state.report.differing === 0 ? 0 : 1
  },
}

/** A service that restarts goes on with its rebuild. @throws Error when it has been silent for too long */
function look(orderHistory: OrderHistory, { id, projection }: Rebuild, onSilence: Patience['onSilence']): Promise<Rebuild> {
  return keepAsking(() => orderHistory.rebuild(id), { ...patience, onSilence }).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error
    throw new Error(
      `${error.message}. Rebuild ${id} of ${projection} goes on in the service, or once it is back. To look again: curl -s ${orderHistory.urlOf(id)}`,
    )
  })
}

/** What a rebuild found, in lines. */
export function rebuildText({ projection, id }: Rebuild, report: RebuildReport): string {
  const { rows, hash, differing, events, buildMs, holdMs } = report
  const isSame = hash.old === hash.new
  const rate = grouped(Math.round(events / Math.max(buildMs / 1000, 0.001)))
  const lines = table([
    ['rows', `${grouped(rows.new)}${rows.old === rows.new ? '' : ` (were ${grouped(rows.old)})`}`],
    ['sha-256', `${hash.new}${isSame ? ', as before' : ''}`],
    ...(isSame ? [] : [['', `before: ${hash.old}`]]),
    ['differences', differing === 0 ? 'none' : `${grouped(differing)} rows`],
    ['folded', `${grouped(events)} events in ${(buildMs / 1000).toFixed(1)} s, ${rate}/s`],
    ['writers held', `${(holdMs / 1000).toFixed(2)} s, to compare; readers never`],
  ]).replaceAll(/^/gm, '  ')
  return `${projection}: generation ${id} is in use\n${lines.trimEnd()}\n${report.differences.map(differenceText).join('')}`
}

function differenceText({ key, old, new: made }: RebuildReport['differences'][number]): string {
  if (old === undefined) return `  ${key}: was missing\n`
  if (made === undefined) return `  ${key}: was there without reason\n`
  const changed = differences(old, made).map(({ path, from, to }) => `${path} ${JSON.stringify(from)} → ${JSON.stringify(to)}`)
  return `  ${key}: ${changed.join(', ')}\n`
}
