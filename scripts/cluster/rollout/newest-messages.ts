/** The log of a service, a proxy or a store may begin a line with its own time. */
const leadingTime = /^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+\s?(?:Z|UTC|\+\d\d:?\d\d)?\]?\s*/
/** Where pino's levels begin to matter; words for all others. */
const warn = 40
const alarming = /\b(WARN(ING)?|ERROR|FATAL|PANIC|[A-Z]\w*(Error|Exception))\b/

interface Message {
  readonly text: string
  readonly alarming: boolean
}

/**
 * A container's log → what it says, without stack traces and repetitions: of warnings and errors when there are any.
 * @param log its last lines
 * @returns the newest distinct messages, the newest last
 */
export function newestMessages(log: string, count: number): string[] {
  const messages = log.split('\n').flatMap((line) => messageOf(line) ?? [])
  const telling = messages.some((message) => message.alarming) ? messages.filter((message) => message.alarming) : messages
  // Two that differ in a number only (an offset, a port, a duration) say the same.
  const distinct = new Map<string, string>()
  for (const { text } of telling) {
    const key = text.replaceAll(/\d+/g, '#')
    distinct.delete(key)
    distinct.set(key, text)
  }
  return [...distinct.values()].slice(-count)
}

/** Undefined for a line that continues another one, as those of stack traces do. */
function messageOf(line: string): Message | undefined {
  if (line.trim() === '' || /^(\s|[})\]])/.test(line)) return undefined
  const record = recordOf(line)
  if (!record) return { text: line.replace(leadingTime, '').trim(), alarming: alarming.test(line) }
  const { msg, level, err } = record
  const cause = err && typeof err === 'object' && 'message' in err ? String(err.message) : ''
  const [said = ''] = [msg, cause]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ')
    .split('\n')
  return said === '' ? undefined : { text: said, alarming: typeof level === 'number' && level >= warn }
}

function recordOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
