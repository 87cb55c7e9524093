import type { Story } from '../../core/experiment.ts'
import { isConfirmed } from '../sagas/saga.ts'
import { sagaTraffic } from '../sagas/traffic.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export function story(_: Config, { startedAt, caught, waiting, late, backAt }: Observed): Story {
  const confirmed = waiting.filter(isConfirmed)
  const lastMs = Math.max(0, ...confirmed.map(({ confirmedAt = 0 }) => confirmedAt - backAt))
  const cancelled = late.filter((saga) => saga.cancelled !== undefined).length
  return {
    summary: `${waiting.length} orders were placed while payments was dead: ${confirmed.length} were confirmed${
      confirmed.length > 0 ? `, the last ${(lastMs / 1000).toFixed(1)} s after it was back` : ''
    }. Of ${late.length} orders whose deadline passed meanwhile, ${cancelled} were cancelled and given back.`,
    traffic: [sagaTraffic('orders with time', [...caught, ...waiting], startedAt), sagaTraffic('orders without time', late, startedAt)],
  }
}
