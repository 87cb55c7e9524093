import type { Story } from '../../core/experiment.ts'
import { sagaTraffic } from '../sagas/traffic.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export const story = ({ sameKey }: Config, { startedAt, load, sagas }: Observed): Story => ({
  summary: `While orders was killed with kill -9, ${load.accepted} of ${load.sent} orders were accepted and ${load.confirmed} confirmed, ${
    load.lost.length + load.givenUp
  } lost, with ${load.retries} retries; then all customers sent again under ${sameKey ? 'the same' : 'another'} key, and the log has ${sagas.length} orders.`,
  traffic: [sagaTraffic('customers', sagas, startedAt)],
})
