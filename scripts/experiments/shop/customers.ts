import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../access/replica.ts'
import type { Run } from '../core/experiment.ts'
import type { Traffic } from '../core/traffic.ts'
import type { RequestRecord } from '../core/traffic-bins.ts'
import type { ShopTarget } from './shop-target.ts'

/** Customers that ask one after another, each of them waiting for the answer. */
export interface Customers {
  /** What has been answered so far, whole or not. */
  readonly records: readonly RequestRecord[]
  /** No further request; returns when the last ones are answered. */
  stop(): Promise<void>
}

/** Between an answer and the next question of the same customer: traffic, not a load test. */
const pauseMs = 20

/** So many customers ask each of the gateways until they are told to stop, or `signal` of the run aborts. */
export function startCustomers(
  { target, signal, elapsedMs }: Pick<Run<ShopTarget>, 'target' | 'signal' | 'elapsedMs'>,
  { traffic, gateways, each }: { readonly traffic: Traffic<ShopTarget>; readonly gateways: readonly Replica[]; readonly each: number },
): Customers {
  const records: RequestRecord[] = []
  const stopped = new AbortController()
  const ended = AbortSignal.any([signal, stopped.signal])
  const ask = async (gateway: Replica): Promise<void> => {
    while (!ended.aborted) {
      const sentAtMs = elapsedMs()
      const isWhole = await traffic.send(target, gateway)
      records.push({ sentAtMs, endedAtMs: elapsedMs(), outcome: isWhole ? 'ok' : 'failed' })
      await delay(pauseMs, undefined, { signal: ended }).catch(() => {})
    }
  }
  const asking = Promise.all(gateways.flatMap((gateway) => Array.from({ length: each }, () => ask(gateway))))
  return {
    records,
    stop: async () => {
      stopped.abort()
      await asking
    },
  }
}
