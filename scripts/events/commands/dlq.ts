import { asJson, type EventsCommand, type Request, UsageError, word } from '../command.ts'
import { readLetters, type TracedLetter } from '../dead-letters/read-letters.ts'
import { redrivenRecords } from '../dead-letters/redriven-records.ts'
import { shopRules } from '../rules.ts'
import { table } from '../table.ts'

const actions: Record<string, (request: Request, letters: readonly TracedLetter[]) => Promise<number>> = { list, show, redrive }

/** `dlq list|show|redrive` */
export const dlq: EventsCommand = {
  usage: 'dlq list | show <place> | redrive <place>…',
  summary: 'records that were put aside; --service, --code choose; redrive takes --all and --dry-run, and may be repeated',
  options: {
    service: { type: 'string' },
    code: { type: 'string' },
    all: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  run: async (request) => {
    const name = word(request, 0, 'what to do (list, show, redrive)')
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) throw new UsageError(`there is no 'dlq ${name}'; there are: ${Object.keys(actions).join(', ')}`)
    const { service, code } = request.options
    const letters = await readLetters(await request.eventLog(), (records) => request.progress(`${records} records read`))
    return action(
      request,
      letters.filter((letter) => (service === undefined || letter.service === service) && (code === undefined || letter.code === code)),
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

async function redrive(request: Request, letters: readonly TracedLetter[]): Promise<number> {
  const places = request.words.slice(1)
  if (places.length === 0 && !request.options.all) throw new UsageError('say which letters (their places), or --all')
  const waiting = letters.filter(({ status }) => status === 'parked')
  const chosen = request.options.all ? waiting : places.map((place) => find(letters, place)).filter(({ status }) => status === 'parked')
  for (const letter of chosen) refuseToOvertake(letter, chosen, waiting)
  const time = new Date().toISOString()
  const results = chosen.map((letter) => ({ letter, ...redrivenRecords(shopRules(), letter, time) }))
  const records = results.flatMap((result) => ('records' in result ? result.records : []))
  if (!request.options['dry-run'] && records.length > 0) await (await request.eventLog()).produce(records)
  const told = results.map(({ letter: { place, type, key }, ...result }) => ({
    letter: place,
    type,
    key,
    ...('impossible' in result ? result : { sent: result.records.map(({ topic }) => topic) }),
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

/** What was put aside behind another command of its aggregate is put aside again, unless that one comes first. */
function refuseToOvertake(letter: TracedLetter, chosen: readonly TracedLetter[], waiting: readonly TracedLetter[]): void {
  const before = waiting.slice(0, waiting.indexOf(letter)).find((other) => other.service === letter.service && other.key === letter.key)
  if (before && !chosen.includes(before))
    throw new UsageError(`${letter.place} waits behind ${before.place} of the same key: send that too`)
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
