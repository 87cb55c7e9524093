import { backOff } from '../../kafka/back-off.ts'
import { WriteConflict } from '../database/rows.ts'
import { WritersPaused } from '../rebuild/writer-lock.ts'

/** With the waits in between about a second. A conflict that lasts longer is left to the delivery, which comes again later. */
const turns = 5

/** Runs work again after a conflict with a comparison of generations or with another writer, which is no failure. */
export async function retryOnConflict<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work()
    } catch (error) {
      const isInTheWay = error instanceof WritersPaused || error instanceof WriteConflict
      if (!isInTheWay || turn === turns || signal.aborted) throw error
      await backOff(turn, signal)
    }
  }
}
