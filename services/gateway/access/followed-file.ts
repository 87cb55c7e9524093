import { readFile, stat } from 'node:fs/promises'
import { ConfigError } from '../../shared/runtime/process/config.ts'
import type { Logger } from '../../shared/runtime/process/logger.ts'

/** What is in a file, as it is now. */
export interface FollowedFile<Value> {
  readonly current: Value
  stop(): void
}

/** Milliseconds between looks. By time, not by events: a Secret is mounted as links, of which the file's own never changes. */
const everyMs = 2000

/**
 * Reads a file, and again whenever it changes. A change that cannot be read is logged, and what was read before stays.
 * @param read throws an Error that quotes nothing of the file: it goes into the log
 * @throws ConfigError when it cannot be read the first time
 */
export async function followFile<Value>(
  file: string,
  read: (text: string) => Value,
  logger: Logger,
  intervalMs = everyMs,
): Promise<FollowedFile<Value>> {
  // Looked at before it is read: what changes in between is read once more.
  let seen = await stampOf(file)
  let current: Value = await load(file, read).catch((error: Error) => {
    throw new ConfigError(`${file} cannot be used: ${error.message}`)
  })
  const look = async (): Promise<void> => {
    const now = await stampOf(file)
    if (now === seen) return
    seen = now
    try {
      current = await load(file, read)
      logger.info({ file }, 'the file has changed and is used')
    } catch (error) {
      const { message: reason } = error as Error
      logger.error({ file, reason }, 'the file has changed and cannot be used; what was in it before holds')
    }
  }
  const looking = setInterval(() => void look(), intervalMs).unref()
  return {
    get current() {
      return current
    },
    stop: () => clearInterval(looking),
  }
}

const load = async <Value>(file: string, read: (text: string) => Value): Promise<Value> => read(await readFile(file, 'utf8'))

/** Differs when the file does, or is another one. */
const stampOf = (file: string): Promise<string> =>
  stat(file).then(
    ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
    () => 'gone',
  )
