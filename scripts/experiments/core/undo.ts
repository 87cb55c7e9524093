import type { Undo } from './target.ts'

/** The undos of a run, newest first. Each runs once, and one that fails does not keep the others from running. */
export interface UndoStack {
  /** Returns the same undo for early use. */
  push(what: string, undo: Undo): Undo
  /** Undoes everything that is still done; returns what could not be undone. */
  unwind(): Promise<readonly string[]>
}

export function undoStack(): UndoStack {
  const stack: { what: string; undo: Undo }[] = []
  return {
    push: (what, undo) => {
      const once = onlyOnce(undo)
      stack.push({ what, undo: once })
      return once
    },
    unwind: async () => {
      const remains: string[] = []
      for (let last = stack.pop(); last !== undefined; last = stack.pop()) {
        await last
          .undo()
          .catch((error: unknown) => remains.push(`${last?.what}: ${error instanceof Error ? error.message : String(error)}`))
      }
      return remains
    },
  }
}

/** A failed undo may be tried again; a successful one is remembered. */
function onlyOnce(undo: Undo): Undo {
  let done: Promise<void> | undefined
  return () => {
    done ??= undo().catch((error: unknown) => {
      done = undefined
      throw error
    })
    return done
  }
}
