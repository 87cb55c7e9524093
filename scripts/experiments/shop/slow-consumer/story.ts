import type { Story } from '../../core/experiment.ts'
import { isConfirmed } from '../sagas/saga.ts'
import { sagaTraffic } from '../sagas/traffic.ts'
import { type Config, type Observed, outstanding } from './verdict.ts'

/** The run in a sentence. */
export const story = (_: Config, { startedAt, whileStopped, after, workedOffMs }: Observed): Story => ({
  summary: `While notifications was stopped, ${whileStopped.filter(isConfirmed).length} of ${whileStopped.length} orders were confirmed and ${outstanding(
    whileStopped,
  )} notifications waited; ${
    workedOffMs === undefined
      ? `${outstanding(after)} were never sent`
      : `all were sent ${(workedOffMs / 1000).toFixed(1)} s after it went on`
  }.`,
  traffic: [sagaTraffic('customers', whileStopped, startedAt)],
})
