import { backOff } from '../../kafka/back-off.ts'
import { RowsInTheWay } from '../database/rows.ts'
import { Held } from '../rebuild/writer-lock.ts'

/** With the waits in between about a second. Whoever is in the way for longer is left to the delivery, which is in no hurry. */
const turns = 5

/** Runs work again when a comparison of generations or another writer was in its way, which is no failure. */
export async function aroundOthers<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work()
    } catch (error) {
      const isInTheWay = error instanceof Held || error instanceof RowsInTheWay
      if (!isInTheWay || turn === turns || signal.aborted) throw error
      await backOff(turn, signal)
    }
  }
}
