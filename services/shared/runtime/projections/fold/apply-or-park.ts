import type { RecordedEvent } from '../../messaging/record-codec.ts'
import { refusedValue } from '../database/refused-value.ts'
import type { Readable } from './apply-batches.ts'

/**
 * Applies a batch in order. An event with a value that the database can never store is put aside, and the others are applied: the batch is
 * halved until the event is alone, so one among a thousand costs about twenty transactions.
 * @param park is told before the event is passed over, so that none is skipped without a record
 * @throws what else `apply` threw, and what `park` threw; what was applied or put aside before stays so
 */
export async function applyOrPark(
  batch: Readable,
  apply: (batch: Readable) => Promise<void>,
  park: (event: RecordedEvent, detail: string) => Promise<void>,
): Promise<void> {
  try {
    await apply(batch)
  } catch (error) {
    const detail = refusedValue(error)
    const [event, another] = batch.events
    if (detail === undefined || event === undefined) throw error
    if (another === undefined) {
      await park(event, detail)
      await apply({ ...batch, events: [] })
    } else for (const half of halves(batch)) await applyOrPark(half, apply, park)
  }
}

function halves({ events, ...batch }: Readable): Readable[] {
  const half = Math.ceil(events.length / 2)
  const [first, second] = [events.slice(0, half), events.slice(half)]
  return [
    { ...batch, events: first, nextOffset: second[0]?.offset ?? batch.nextOffset },
    { ...batch, events: second },
  ]
}
