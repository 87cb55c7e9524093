import type { RecordedEvent } from '../../messaging/record-codec.ts'
import { refusedValue } from '../database/refused-value.ts'
import type { Readable } from './apply-batches.ts'

/**
 * Applies a batch in order. An event with a value that the database can never store is quarantined, and the others are applied: the batch is
 * halved until the event is alone, so one among a thousand costs about twenty transactions.
 * @param quarantine is called before the event is passed over, so that none is skipped without a record
 * @throws what else `apply` threw, and what `quarantine` threw; what was applied or quarantined before stays so
 */
export async function applyOrQuarantine(
  batch: Readable,
  apply: (batch: Readable) => Promise<void>,
  quarantine: (event: RecordedEvent, detail: string) => Promise<void>,
): Promise<void> {
  try {
    await apply(batch)
  } catch (error) {
    const detail = refusedValue(error)
    const [event, another] = batch.events
    if (detail === undefined || event === undefined) throw error
    if (another === undefined) {
      await quarantine(event, detail)
      await apply({ ...batch, events: [] })
    } else for (const half of halves(batch)) await applyOrQuarantine(half, apply, quarantine)
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
