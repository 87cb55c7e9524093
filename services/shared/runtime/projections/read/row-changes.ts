import { hash } from 'node:crypto'
import type { Database, Queries } from '../database/database.ts'

/** How long a reader waits for a row. */
export interface Waiting {
  /** At most. */
  readonly ms: number
  /** Nobody waits any longer: the reader has gone, or the process stops. */
  readonly signal?: AbortSignal | undefined
}

/** Wakes readers that wait for a row when it has changed, whichever process on the database has changed it. */
export interface Changes {
  /**
   * Asks `look` now, after each change of the row, and once more at the end of the time; never meanwhile.
   * @param key of the row, in a projection that is `awaited`
   * @returns what `look` found, or undefined when it found nothing before the end
   */
  untilFound<T>(key: string, look: () => Promise<T | undefined>, waiting: Waiting): Promise<T | undefined>
  stop(): Promise<void>
}

const channel = 'projection_changes'
/** A notification has room for 8000 bytes: 400 names of 16 characters, with what stands between them. */
const namesAtOnce = 400

/** Keys may be of any length and content; names are not, and two rows of one name cost a look in vain. */
const nameOf = (key: string): string => hash('sha256', key, 'base64url').slice(0, 16)

/** Tells all processes on the database, at the commit of the transaction whose queries these are, that rows have changed. */
export async function notifyReaders(keys: readonly string[], { query }: Queries): Promise<void> {
  if (keys.length === 0) return
  const names = [...new Set(keys.map(nameOf))]
  const messages = Array.from({ length: Math.ceil(names.length / namesAtOnce) }, (_, index) =>
    names.slice(index * namesAtOnce, (index + 1) * namesAtOnce).join(' '),
  )
  await query(`SELECT pg_notify('${channel}', message) FROM unnest($1::text[]) AS message`, [messages])
}

export function listenForChanges(database: Pick<Database, 'listen'>): Changes {
  /** Name of a row → who waits for it. */
  const asleep = new Map<string, Set<() => void>>()
  const stopping = new AbortController()
  const wake = (name: string): void => asleep.get(name)?.forEach((wakeUp) => void wakeUp())
  const stopListening = database.listen(channel, {
    onMessage: (message) => message.split(' ').forEach(wake),
    onGap: () => [...asleep.keys()].forEach(wake),
  })

  /** Notes that somebody waits for a row. */
  const call = (name: string) => {
    const { promise: woken, resolve } = Promise.withResolvers<void>()
    const others = asleep.get(name) ?? new Set()
    const wakeUp = (): void => resolve()
    asleep.set(name, others.add(wakeUp))
    const forget = (): void => {
      others.delete(wakeUp)
      if (others.size === 0) asleep.delete(name)
    }
    return { woken, wakeUp, forget }
  }

  return {
    untilFound: async (key, look, { ms, signal }) => {
      const name = nameOf(key)
      const over = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal
      // A flag, because a timer can be up to 1 ms early: a clock asked then has the reader look again and again for that millisecond.
      let timeIsUp = false
      let wakeAtTheEnd = (): void => undefined
      const timer = setTimeout(() => {
        timeIsUp = true
        wakeAtTheEnd()
      }, ms)
      try {
        for (;;) {
          // Before looking, so that a change in between is not missed.
          const { woken, wakeUp, forget } = call(name)
          wakeAtTheEnd = wakeUp
          over.addEventListener('abort', wakeUp)
          try {
            const found = await look()
            if (found !== undefined || over.aborted || timeIsUp) return found
            await woken
            if (over.aborted) return undefined
          } finally {
            forget()
            over.removeEventListener('abort', wakeUp)
          }
        }
      } finally {
        clearTimeout(timer)
      }
    },
    stop: async () => {
      stopping.abort()
      await stopListening()
    },
  }
}
