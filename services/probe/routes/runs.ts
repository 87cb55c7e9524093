import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import type { Client } from '../clients.ts'
import type { RunProgress, RunRecord, RunRequest } from './run.ts'

/** Runs under way and the last finished ones. */
export interface Runs {
  /** Undefined when too many are under way. */
  start(request: RunRequest): RunProgress | undefined
  find(id: string): RunProgress | undefined
  /** Gives up on all requests. */
  stop(): void
}

const maxUnderWay = 16
const maxRemembered = 64

export function createRuns(client: Client, newId: () => string): Runs {
  const runs = new Map<string, { id: string; done: boolean; records: RunRecord[] }>()
  const stopping = new AbortController()

  const forgetOldest = () => {
    for (const [id, { done }] of runs) if (runs.size > maxRemembered && done) runs.delete(id)
  }

  return {
    find: (id) => runs.get(id),
    stop: () => stopping.abort(),
    start: (request) => {
      if ([...runs.values()].filter(({ done }) => !done).length >= maxUnderWay) return undefined
      const run = { id: newId(), done: false, records: [] as RunRecord[] }
      runs.set(run.id, run)
      forgetOldest()
      void sendAll(client, request, stopping.signal, (record) => run.records.push(record)).finally(() => {
        run.done = true
      })
      return run
    },
  }
}

/** `concurrency` senders take turns; with a rate, the n-th request starts no earlier than n / rate. */
async function sendAll(client: Client, request: RunRequest, signal: AbortSignal, onRecord: (record: RunRecord) => void): Promise<void> {
  const { count, concurrency, ratePerSecond } = request
  const started = performance.now()
  const send = async (turn: number): Promise<void> => {
    if (signal.aborted) return
    if (ratePerSecond !== undefined)
      await delay(Math.max(0, started + (turn * 1000) / ratePerSecond - performance.now()), undefined, { signal }).catch(() => {})
    onRecord(await client.send(request, signal))
  }
  await pMap(Array(count).keys(), send, { concurrency })
}
