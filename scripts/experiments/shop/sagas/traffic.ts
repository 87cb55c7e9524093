import type { Traffic } from '../../core/result.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import type { Saga } from './saga.ts'
import { type Attempt, isClearRefusal } from './send-order.ts'

const binMs = 250

/** Orders from their placing until they were confirmed (right) or cancelled (failed). @param startedAt ms since 1970, of the run */
export const sagaTraffic = (caller: string, sagas: readonly Saga[], startedAt: number): Traffic =>
  trafficBins(
    sagas.flatMap(({ placedAt, confirmedAt, cancelled }) => {
      const endedAt = confirmedAt ?? cancelled?.at
      if (endedAt === undefined) return []
      const outcome = confirmedAt === undefined ? 'failed' : 'ok'
      return [{ sentAtMs: placedAt - startedAt, endedAtMs: endedAt - startedAt, outcome } as const]
    }),
    { caller, binMs },
  )

/** Customers' attempts to place an order: accepted, refused clearly, or failed. @param startedAt ms since 1970, of the run */
export const attemptTraffic = (attempts: readonly Attempt[], startedAt: number): Traffic =>
  trafficBins(
    attempts.map((attempt) => ({
      sentAtMs: attempt.sentAt - startedAt,
      endedAtMs: attempt.endedAt - startedAt,
      outcome: attempt.orderId !== undefined ? 'ok' : isClearRefusal(attempt) ? 'refused' : 'failed',
      answered: attempt.status !== undefined,
    })),
    { caller: 'customers', binMs },
  )
