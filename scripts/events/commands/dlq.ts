import { readFile } from 'node:fs/promises'
import { table } from '../../terminal/table.ts'
import { asJson, type EventsCommand, option, type Request, UsageError, word } from '../command.ts'
import { discardingRecords } from '../dead-letters/discarding-records.ts'
import { inFrontOf, inTurn } from '../dead-letters/in-turn.ts'
import { readLetters, type TracedLetter } from '../dead-letters/read-letters.ts'
import { redriveInTurn } from '../dead-letters/redrive-in-turn.ts'
import { redrivenRecords } from '../dead-letters/redriven-records.ts'
import { shopRules } from '../rules.ts'

/** @param letters that the options choose from `all` */
type Action = (request: Request, letters: readonly TracedLetter[], all: readonly TracedLetter[]) => Promise<number>

const actions: Record<string, Action> = { list, show, redrive, discard }

/** `dlq list|show|redrive|discard` */
export const dlq: EventsCommand = {
  usage: 'dlq list | show <place> | redrive <place>… | discard <place>… --reason <text>',
  summary: `records that were put aside; --service and --code choose
      redrive sends them again, which may be repeated: --all, --dry-run; --value <file.json> corrects the value of one command
      discard gives them up, so that what waits behind them can be sent again`,
  options: {
    service: { type: 'string' },
    code: { type: 'string' },
    all: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    value: { type: 'string' },
    reason: { type: 'string' },
  },
  run: async (request) => {
    const name = word(request, 0, `what to do (${Object.keys(actions).join(', ')})`)
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) throw new UsageError(`there is no 'dlq ${name}'; there are: ${Object.keys(actions).join(', ')}`)
    const { service, code } = request.options
    const letters = await readLetters(await request.eventLog(), (records) => request.progress(`${records} records read`))
    return action(
      request,
      letters.filter((letter) => (service === undefined || letter.service === service) && (code === undefined || letter.code === code)),
      letters,
    )
  },
}

async function list({ json, print }: Request, letters: readonly TracedLetter[]): Promise<number> {
  const rows = letters.map(({ place, status, time, code, type, key, detail }) => [
    place,
    status,
    time,
    code,
    type,
    key ?? '',
    detail.slice(0, 80),
  ])
  if (json)
    print(
      asJson(letters.map(({ original: { topic, partition, offset }, ...letter }) => ({ ...letter, from: { topic, partition, offset } }))),
    )
  else
    print(
      letters.length === 0 ? 'nothing was put aside\n' : table([['letter', 'status', 'time', 'code', 'type', 'key', 'detail'], ...rows]),
    )
  return 0
}

async function show(request: Request, letters: readonly TracedLetter[]): Promise<number> {
  const letter = find(letters, word(request, 1, 'the place of the letter, e.g. orders.dlq/0/3'))
  const { original, ...about } = letter
  const { topic, partition, offset, headers, value } = original
  const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.toString()]))
  request.print(asJson({ ...about, from: { topic, partition, offset }, headers: texts, value: parsed(value?.toString()) }))
  return 0
}

async function redrive(request: Request, letters: readonly TracedLetter[], all: readonly TracedLetter[]): Promise<number> {
  const waiting = inTurn(all.filter(({ status }) => status === 'parked'))
  const chosen = inTurn(choose(request, letters))
  for (const letter of chosen) refuseToOvertake(letter, chosen, waiting)
  const value = await correctedValue(request, chosen)
  const time = new Date().toISOString()
  const rules = shopRules()
  const results = redriveInTurn(chosen, (letter) => redrivenRecords(rules, letter, time, value))
  const redriven = results.flatMap((result) => ('commands' in result ? [result] : []))
  if (!request.options['dry-run']) {
    for (const part of ['commands', 'notes'] as const) {
      const records = redriven.flatMap((result) => result[part])
      if (records.length > 0) await (await request.eventLog()).produce(records)
    }
  }
  const told = results.map(({ letter: { place, type, key }, ...result }) => ({
    letter: place,
    type,
    key,
    ...('impossible' in result ? result : { sent: result.commands.map(({ topic }) => topic) }),
  }))
  const done = request.options['dry-run'] ? 'would be sent to' : 'sent to'
  const lines = told.map((one) => [
    one.letter,
    one.type,
    one.key ?? '',
    'sent' in one ? `${done} ${one.sent.join(', ') || 'nobody'}` : `left: ${one.impossible}`,
  ])
  request.print(request.json ? asJson(told) : lines.length === 0 ? 'nothing waits to be sent again\n' : table(lines))
  return told.every((one) => 'sent' in one) ? 0 : 1
}

async function discard(request: Request, letters: readonly TracedLetter[], all: readonly TracedLetter[]): Promise<number> {
  const reason = option(request, 'reason', 'why, for whoever reads it later')
  const chosen = choose(request, letters)
  const time = new Date().toISOString()
  const records = chosen.flatMap((letter) => discardingRecords(letter, reason, time))
  if (!request.options['dry-run'] && records.length > 0) await (await request.eventLog()).produce(records)
  const waiting = inTurn(all.filter(({ status }) => status === 'parked'))
  const behind = waiting.filter((letter) => !chosen.includes(letter) && inFrontOf(letter, waiting).some((other) => chosen.includes(other)))
  if (request.json) request.print(asJson({ discarded: chosen.map(({ place }) => place), behind: behind.map(({ place }) => place) }))
  else {
    const done = request.options['dry-run'] ? 'would be discarded' : 'discarded'
    request.print(chosen.length === 0 ? 'nothing waits to be discarded\n' : table(chosen.map(({ place, type }) => [place, type, done])))
    if (behind.length > 0) request.print(`behind them wait, to be sent again: ${behind.map(({ place }) => place).join(' ')}\n`)
  }
  return 0
}

/** The letters that are named and still wait; with `--all` every one. @throws UsageError when none is named */
function choose({ words, options }: Request, letters: readonly TracedLetter[]): readonly TracedLetter[] {
  const places = words.slice(1)
  if (places.length === 0 && !options.all) throw new UsageError('say which letters (their places), or --all')
  const chosen = options.all ? letters : places.map((place) => find(letters, place))
  return chosen.filter(({ status }) => status === 'parked')
}

/** @throws UsageError when several commands would get one value, or the file holds no JSON */
async function correctedValue({ options }: Request, chosen: readonly TracedLetter[]): Promise<string | undefined> {
  if (typeof options.value !== 'string') return undefined
  if (chosen.length !== 1) throw new UsageError('--value corrects one letter: say which')
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

function find(letters: readonly TracedLetter[], place: string): TracedLetter {
  const found = letters.find((letter) => letter.place === place)
  if (!found) throw new UsageError(`there is no letter ${place}; npm run -s events -- dlq list`)
  return found
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return text
  }
}
