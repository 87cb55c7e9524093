import { unwritable } from '../room.ts'
import { type LocalState, writeState } from '../state.ts'

/** Keeps a state file up to date. */
export interface StateRecorder {
  /** The state is different: it is written soon, together with what else changes in the meantime. */
  changed(): void
  write(): Promise<void>
  /** Writes nothing any more; fulfilled when the last write is done. */
  close(): Promise<void>
}

const soonMs = 20

/**
 * One write at a time.
 * @param state undefined while there is none yet
 * @param failed takes the reason when the file cannot be written
 */
export function recordState(file: string, state: () => LocalState | undefined, failed: (error: Error) => void): StateRecorder {
  let last = Promise.resolve()
  let pending: NodeJS.Timeout | undefined
  const write = (): Promise<void> => {
    clearTimeout(pending)
    pending = undefined
    last = last
      .then(async () => {
        const current = state()
        if (current) await writeState(file, current)
      })
      .catch((error: unknown) => failed(unwritable(file, error)))
    return last
  }
  return {
    changed: () => {
      pending ??= setTimeout(() => void write(), soonMs)
    },
    write,
    close: () => {
      clearTimeout(pending)
      return last
    },
  }
}
