import { UsageError } from '../../cli/command-error.ts'
import type { ExitCode } from '../../cli/exit-codes.ts'
import { table } from '../../cli/table.ts'
import { asJson, option, type Request } from '../command.ts'
import { type Letters, letterChoice } from './choose-letters.ts'
import { discardingRecords } from './discarding-records.ts'
import { inFrontOf, inTurn } from './in-turn.ts'

/** `dlq discard`: gives letters up. @returns the exit code */
export async function discardLetters(request: Request, read: () => Promise<Letters>): Promise<ExitCode> {
  const why = 'why, for whoever reads it later'
  const reason = option(request, 'reason', why).trim()
  if (reason === '') throw new UsageError(`--reason is empty: ${why}`)
  const choose = letterChoice(request)
  const { all, letters } = await read()
  const chosen = choose(letters)
  const time = new Date().toISOString()
  const records = chosen.flatMap((letter) => discardingRecords(letter, reason, time))
  if (!request.options.dryRun && records.length > 0) await (await request.eventLog()).produce(records)
  const waiting = inTurn(all.filter(({ status }) => status === 'parked'))
  const behind = waiting.filter((letter) => !chosen.includes(letter) && inFrontOf(letter, waiting).some((other) => chosen.includes(other)))
  if (request.json) request.print(asJson({ discarded: chosen.map(({ place }) => place), behind: behind.map(({ place }) => place) }))
  else {
    const done = request.options.dryRun ? 'would be discarded' : 'discarded'
    request.print(chosen.length === 0 ? 'nothing waits to be discarded\n' : table(chosen.map(({ place, type }) => [place, type, done])))
    if (behind.length > 0) request.print(`behind them wait, to be sent again: ${behind.map(({ place }) => place).join(' ')}\n`)
  }
  return 0
}
