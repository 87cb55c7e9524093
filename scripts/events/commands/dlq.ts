import { UsageError } from '../../cli/command-error.ts'
import type { ExitCode } from '../../cli/exit-codes.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand, type Request, word } from '../command.ts'
import { findLetter, type Letters } from '../dead-letters/choose-letters.ts'
import { discardLetters } from '../dead-letters/discard-letters.ts'
import { serviceOf } from '../dead-letters/letter.ts'
import { readLetters, type TracedLetter } from '../dead-letters/read-letters.ts'
import { redriveLetters } from '../dead-letters/redrive-letters.ts'
import { deadLetterTopics } from '../log/shop-log.ts'

/** @param read reads them, once what was typed is known to make sense */
type Action = (request: Request, read: () => Promise<Letters>) => Promise<ExitCode>

const actions: Readonly<Record<string, Action>> = { list, show, redrive: redriveLetters, discard: discardLetters }

/** Who puts records aside. */
const services = deadLetterTopics.map(serviceOf)

/** `dlq list|show|redrive|discard` */
export const dlq: EventsCommand = {
  run: async (request) => {
    const name = word(request, 0, `what to do (${Object.keys(actions).join(', ')})`)
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) throw new UsageError(`there is no 'dlq ${name}'; there are: ${Object.keys(actions).join(', ')}`)
    const { service, code } = request.options
    if (typeof service === 'string' && !services.includes(service))
      throw new UsageError(`there is no service '${service}' that puts records aside; there are: ${services.join(', ')}`)
    return action(request, async () => {
      const all = await readLetters(await request.eventLog(), (records) => request.progress(`${records} records read`))
      const isMeant = (letter: TracedLetter) =>
        (service === undefined || letter.service === service) && (code === undefined || letter.code === code)
      return { all, letters: all.filter(isMeant) }
    })
  },
}

async function list({ json, print }: Request, read: () => Promise<Letters>): Promise<ExitCode> {
  const { letters } = await read()
  if (json)
    print(
      asJson(letters.map(({ original: { topic, partition, offset }, ...letter }) => ({ ...letter, from: { topic, partition, offset } }))),
    )
  else print(letters.length === 0 ? 'nothing was put aside\n' : listText(letters))
  return 0
}

/** The reasons only where somebody has given one. */
function listText(letters: readonly TracedLetter[]): string {
  const withReason = (cell: string): string[] => (letters.some(({ reason }) => reason !== undefined) ? [cell] : [])
  const rows = letters.map(({ place, status, time, code, type, key, detail, reason }) => [
    place,
    status,
    time,
    code,
    type,
    key ?? '',
    shortened(detail),
    ...withReason(shortened(reason ?? '')),
  ])
  return table([['letter', 'status', 'time', 'code', 'type', 'key', 'detail', ...withReason('discarded because')], ...rows])
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

async function show(request: Request, read: () => Promise<Letters>): Promise<ExitCode> {
  const place = word(request, 1, 'the place of the letter, e.g. orders.dlq/0/3')
  const letter = findLetter((await read()).letters, place)
  const { original, ...about } = letter
  const { topic, partition, offset, headers, value } = original
  const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.toString()]))
  request.print(asJson({ ...about, from: { topic, partition, offset }, headers: texts, value: parsed(value?.toString()) }))
  return 0
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return text
  }
}
