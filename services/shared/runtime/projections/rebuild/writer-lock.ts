import type { Database, Queries } from '../database/database.ts'

/** Events are not applied for a moment, so that two generations can be compared. Nothing is lost: try again. */
export class WritersPaused extends Error {
  override readonly name = 'WritersPaused'
}

/** Seconds. The pause ends by itself when whoever began it dies. */
const holdSeconds = 5

/**
 * For a transaction that applies events: waits for a switch in progress, and keeps the next one waiting until it commits.
 * @returns the number of switches so far
 * @throws WritersPaused
 */
export async function acquireShared({ query }: Queries): Promise<number> {
  const [control] = await query<{ epoch: number; held: boolean }>(
    'SELECT epoch, held_until > clock_timestamp() AS held FROM projection_control FOR SHARE',
  )
  if (!control || control.held) throw new WritersPaused('two generations are being compared')
  return control.epoch
}

export interface WriterLock {
  /** Before it has been 5 s. @throws Error when it was too late: somebody may have written since */
  renew(queries?: Queries): Promise<void>
}

/** Lets all transactions that apply events end, and no other begin, while `work` runs. Readers notice nothing. */
export async function withWriterLock<T>(database: Database, work: (hold: WriterLock) => Promise<T>): Promise<T> {
  const hold = `UPDATE projection_control SET held_until = clock_timestamp() + interval '${holdSeconds} seconds'`
  await database.query(hold)
  try {
    return await work({
      renew: async ({ query } = database) => {
        const renewed = await query(`${hold} WHERE held_until > clock_timestamp() RETURNING 1 AS renewed`)
        if (renewed.length === 0) throw new Error(`the comparison paused for more than ${holdSeconds} s; it begins again`)
      },
    })
  } finally {
    await database.query("UPDATE projection_control SET held_until = '-infinity'")
  }
}
