import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A command as people start it, and all it has said on both streams so far. */
export interface Command {
  readonly process: ChildProcess
  said(): string
  /** Resolves as soon as it has said this. @throws when it ends without */
  says(pattern: RegExp): Promise<void>
  /** Its exit code; null when a signal ended it. */
  end(): Promise<number | null>
}

export function command(child: ChildProcess): Command {
  let said = ''
  let more = Promise.withResolvers<void>()
  const hear = (chunk: Buffer): void => {
    said += chunk
    more.resolve()
    more = Promise.withResolvers()
  }
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', hear)
  const ended = once(child, 'close')
  return {
    process: child,
    said: () => said,
    end: async () => {
      await ended
      return child.exitCode
    },
    says: async (pattern) => {
      while (!pattern.test(said)) {
        await Promise.race([ended, more.promise])
        if (child.exitCode !== null && !pattern.test(said)) throw new Error(`ended without saying ${pattern}: ${said}`)
      }
    },
  }
}
