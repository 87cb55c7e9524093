import type { Story } from '../../core/experiment.ts'
import { isConfirmed } from '../sagas/saga.ts'
import { attemptTraffic } from '../sagas/traffic.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export function story({ sendAgain }: Config, { startedAt, attempts, acceptingMs, after }: Observed): Story {
  const accepted = attempts.filter(({ orderId }) => orderId !== undefined).length
  const refused = attempts.length - accepted
  const again =
    acceptingMs === undefined ? 'were not accepted' : `were accepted ${(acceptingMs / 1000).toFixed(1)} s after the broker's start`
  const what = sendAgain
    ? `sent again they ${again}`
    : `nobody sent again, and ${after.length - accepted} of them had been written all the same`
  return {
    summary: `While the broker was killed and started again, ${accepted} of ${attempts.length} orders were accepted and ${refused} refused; ${what}. In the end ${
      after.filter(isConfirmed).length
    } orders were confirmed.`,
    traffic: [attemptTraffic(attempts, startedAt)],
  }
}
