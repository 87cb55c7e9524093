import { readFile } from 'node:fs/promises'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { UsageError } from '../../cli/command-error.ts'
import type { ExitCode } from '../../cli/exit-codes.ts'
import { table } from '../../cli/table.ts'
import { asJson, type Request } from '../command.ts'
import { shopRules } from '../rules.ts'
import { awaitOutcomes, eventsFromNowOn, type Outcome, worstOf } from './await-outcomes.ts'
import { type Letters, letterChoice } from './choose-letters.ts'
import { inFrontOf, inTurn } from './in-turn.ts'
import type { TracedLetter } from './read-letters.ts'
import { redriveInTurn } from './redrive-in-turn.ts'
import { type Redriven, redrivenRecords } from './redriven-records.ts'

/** Services decide within milliseconds; one that has just lost its partitions to another replica, within seconds. */
const patienceMs = 5_000

/** `dlq redrive`: sends letters again, and waits a moment for what becomes of them. @returns the exit code */
export async function redriveLetters(request: Request, read: () => Promise<Letters>): Promise<ExitCode> {
  const choose = letterChoice(request)
  const value = await correctedValue(request)
  const { all, letters } = await read()
  const waiting = inTurn(all.filter(({ status }) => status === 'parked'))
  const chosen = inTurn(choose(letters))
  if (value !== undefined && chosen.length !== 1) throw new UsageError('--value corrects one letter: say which')
  for (const letter of chosen) refuseToOvertake(letter, chosen, waiting)
  const time = new Date().toISOString()
  const rules = shopRules()
  const results = redriveInTurn(chosen, (letter) => redrivenRecords(rules, letter, time, value))
  const isSent = !request.options.dryRun
  const outcomes = isSent ? await send(request, results) : new Map<string, Outcome>()
  const reports = results.map(({ letter: { place, type, key }, ...result }) => ({
    letter: place,
    type,
    key,
    ...('impossible' in result
      ? result
      : { sent: result.commands.map(({ topic }) => topic), ...(isSent && { outcome: outcomeOf(result, outcomes) }) }),
  }))
  request.print(request.json ? asJson(reports) : redriveText(reports))
  return reports.every((one) => 'sent' in one && one.outcome !== 'put aside again') ? 0 : 1
}

const outcomeOf = ({ commands }: Redriven, outcomes: ReadonlyMap<string, Outcome>): Outcome =>
  worstOf(commands.map((command) => outcomes.get(idOf(command)) ?? 'not decided yet'))

/** What became of a letter. */
type RedriveReport = Pick<TracedLetter, 'type' | 'key'> & { readonly letter: string } & (
    | { readonly impossible: string }
    | { readonly sent: readonly string[]; readonly outcome?: Outcome }
  )

function redriveText(reports: readonly RedriveReport[]): string {
  if (reports.length === 0) return 'nothing waits to be sent again\n'
  const rows = reports.map((one) => [
    one.letter,
    one.type,
    one.key ?? '',
    'sent' in one ? sentText(one.sent, one.outcome) : `left: ${one.impossible}`,
  ])
  const isLate = reports.some((one) => 'outcome' in one && one.outcome === 'not decided yet')
  return `${table(rows)}${isLate ? `not decided within ${patienceMs / 1000} s; to look again: npx breakwater events dlq list\n` : ''}`
}

function sentText(sent: readonly string[], outcome: Outcome | undefined): string {
  const to = sent.join(', ') || 'nobody'
  return outcome ? `sent to ${to}: ${outcome}` : `would be sent to ${to}`
}

/** @returns what became of the commands, by their ids */
async function send(request: Request, results: ReturnType<typeof redriveInTurn>): Promise<ReadonlyMap<string, Outcome>> {
  const redriven = results.flatMap((result) => ('commands' in result ? [result] : []))
  const [commands, notes] = [redriven.flatMap((result) => result.commands), redriven.flatMap((result) => result.notes)]
  const eventLog = await request.eventLog()
  const services = new Set(redriven.flatMap(({ letter, commands: own }) => (own.length > 0 ? [letter.service] : [])))
  const ranges = await eventsFromNowOn(eventLog, [...services])
  for (const records of [commands, notes]) if (records.length > 0) await eventLog.produce(records)
  return awaitOutcomes(eventLog, ranges, new Set(commands.map(idOf)), patienceMs, (left) =>
    request.progress(`sent; ${left} not decided yet`),
  )
}

/** Of a command. */
const idOf = ({ headers }: OutgoingRecord): string => String(headers.id)

/** @throws UsageError when the file holds no JSON */
async function correctedValue({ options }: Request): Promise<string | undefined> {
  if (typeof options.value !== 'string') return undefined
  try {
    return JSON.stringify(JSON.parse(await readFile(options.value, 'utf8')))
  } catch (error) {
    throw new UsageError(`--value ${options.value}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A command would be put aside again, an event would lead to its commands too early. */
function refuseToOvertake(letter: TracedLetter, chosen: readonly TracedLetter[], waiting: readonly TracedLetter[]): void {
  const before = inFrontOf(letter, waiting).find((other) => !chosen.includes(other))
  if (before) throw new UsageError(`${letter.place} waits behind ${before.place} of the same key: send or discard that too`)
}
