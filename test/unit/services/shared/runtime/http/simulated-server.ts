import { percentile } from '../../../../../../scripts/checks/percentile.ts'
import { targetTurnMs } from '../../../../../../services/shared/runtime/http/adaptive-limit.ts'
import { nextLimit } from '../../../../../../services/shared/runtime/http/in-flight-limit.ts'

/** A process with an event loop that composes answers out of those of a service behind it. Times are virtual ms, so a test is exact. */
export interface SimulatedServer {
  /** Requests/s, at equal distances. */
  readonly rate: number
  /** The first two are not counted. */
  readonly seconds: number
  /** CPU of one step; a request has four: it is read, and three answers come back. */
  readonly stepMs: number
  /** CPU of a refusal. */
  readonly refusalMs: number
  /** Of the service behind. */
  readonly upstreamMs: number
  /** As the process has it (`nextLimit`), one that never changes, or none. */
  readonly limit: 'adaptive' | number
  readonly deadlineMs: number
}

export interface SimulatedOutcome {
  /** Answers in time, per second. */
  readonly goodput: number
  readonly refused: number
  readonly refusedP99Ms: number
  readonly servedP99Ms: number
}

const steps = 4
const warmUpMs = 2000
const bounds = { least: 16, calm: 64, most: 512 }
const windowMs = 100

interface Event {
  readonly atMs: number
  readonly request: number
  readonly step: number
}

export function simulate({ rate, seconds, stepMs, refusalMs, upstreamMs, limit: kind, deadlineMs }: SimulatedServer): SimulatedOutcome {
  const dueMs = (request: number) => (request * 1000) / rate
  const count = rate * seconds
  const served: number[] = []
  const refused: number[] = []
  /** Answers of the service behind; all take equally long, so the first that was asked for is the first that comes. */
  const coming: Event[] = []
  let first = 0
  let arrived = 0
  let inFlight = 0
  let limit = kind === 'adaptive' ? bounds.calm : kind
  let now = 0
  let seen = { since: 0, busy: 0, ticks: 0, lastTick: 0, peak: 0 }

  const record = (latencies: number[], request: number): void => {
    if (dueMs(request) >= warmUpMs) latencies.push(now - dueMs(request))
  }
  const work = ({ request, step }: Event): void => {
    if (step === 0 && inFlight >= limit) {
      now += refusalMs
      record(refused, request)
      return
    }
    if (step === 0) inFlight += 1
    seen.peak = Math.max(seen.peak, inFlight)
    now += stepMs
    if (step + 1 < steps) coming.push({ atMs: now + upstreamMs, request, step: step + 1 })
    else {
      inFlight -= 1
      record(served, request)
    }
  }

  while (arrived < count) {
    const begin = now
    const ready: Event[] = []
    for (let event = coming[first]; event !== undefined && event.atMs <= begin; event = coming[first]) {
      ready.push(event)
      first += 1
    }
    for (; arrived < count && dueMs(arrived) <= begin; arrived += 1) ready.push({ atMs: dueMs(arrived), request: arrived, step: 0 })
    for (const event of ready) work(event)
    seen.busy += now - begin
    if (ready.length === 0) now = Math.min(coming[first]?.atMs ?? Number.POSITIVE_INFINITY, dueMs(arrived))
    if (now - seen.lastTick >= 1) {
      seen.ticks += 1
      seen.lastTick = now
    }
    if (now - seen.since >= windowMs) {
      const tookMs = seen.busy / Math.max(1, seen.ticks)
      if (kind === 'adaptive') limit = nextLimit(limit, { tookMs, mayTakeMs: targetTurnMs, peak: seen.peak }, bounds)
      seen = { since: now, busy: 0, ticks: 0, lastTick: now, peak: inFlight }
    }
  }
  return {
    goodput: served.filter((ms) => ms <= deadlineMs).length / (seconds - warmUpMs / 1000),
    refused: refused.length,
    refusedP99Ms: percentile(refused, 0.99) ?? 0,
    servedP99Ms: percentile(served, 0.99) ?? 0,
  }
}
