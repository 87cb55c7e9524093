import type { SentRequest } from '../../../../../../scripts/experiments/core/sent-request.ts'
import type { StormConfig, StormObserved } from '../../../../../../scripts/experiments/shop/retry-storm/verdict.ts'

/** What keeps retries from becoming the load. */
export interface Guards {
  /** Share of the requests under way that may be retries, and at least one. */
  readonly budget?: number
  /** Time-outs in a row that eject the destination, and for how long. */
  readonly ejectAfter?: number
  readonly ejectedMs?: number
}

const attempts = 2
const backOffMs = 25

interface Try {
  readonly at: number
  readonly request: number
  readonly turn: number
}

/**
 * A caller's proxy that sends again, before a destination with one worker that also does what nobody waits for any longer; all in reckoned
 * time, which begins at 0.
 */
export function simulatedStorm(config: StormConfig, { budget, ejectAfter, ejectedMs = 0 }: Guards): StormObserved {
  const { perSecond, workMs, tryMs, timeoutMs, triggerMs, beforeMs, afterMs } = config
  const endedAt = beforeMs + triggerMs + afterMs
  const sent: SentRequest[] = []
  const queue: Try[] = []
  for (let n = 0; (n * 1000) / perSecond < endedAt; n++) queue.push({ at: (n * 1000) / perSecond, request: n, turn: 0 })
  const beganAt = queue.map(({ at }) => at)
  let [freeAt, inARow, ejectedUntil, tries, ejections, isTriggered] = [0, 0, 0, 0, 0, false]
  let under: { until: number; isRetry: boolean }[] = []
  /** Known in the order in which they come about. */
  let outcomes: { at: number; timedOut: boolean }[] = []
  const answer = (request: number, at: number, status: number) => {
    const began = beganAt[request] ?? 0
    sent.push({ at: began, ms: at - began, status, overloaded: false })
  }
  while (queue.length > 0) {
    queue.sort((a, b) => a.at - b.at)
    const { at, request, turn } = queue.shift() as Try
    if (!isTriggered && at >= beforeMs) {
      isTriggered = true
      freeAt = Math.max(freeAt, beforeMs) + triggerMs
    }
    for (const outcome of outcomes.filter((one) => one.at <= at).toSorted((a, b) => a.at - b.at)) {
      inARow = outcome.timedOut ? inARow + 1 : 0
      if (ejectAfter === undefined || inARow < ejectAfter || outcome.at < ejectedUntil) continue
      ejectedUntil = outcome.at + ejectedMs
      inARow = 0
      ejections += 1
    }
    outcomes = outcomes.filter((one) => one.at > at)
    under = under.filter(({ until }) => until > at)
    const retries = under.filter(({ isRetry }) => isRetry).length
    const refusesRetry = turn > 0 && budget !== undefined && retries >= Math.max(1, budget * under.length)
    if (at < ejectedUntil || refusesRetry) {
      answer(request, at, 503)
      continue
    }
    tries += 1
    freeAt = Math.max(freeAt, at) + workMs
    const deadline = (beganAt[request] ?? 0) + timeoutMs
    const until = Math.min(freeAt, at + tryMs, deadline)
    under.push({ until, isRetry: turn > 0 })
    outcomes.push({ at: until, timedOut: freeAt > until })
    if (freeAt <= until) answer(request, until, 200)
    else if (turn < attempts && until + backOffMs < deadline) queue.push({ at: until + backOffMs, request, turn: turn + 1 })
    else answer(request, until, 504)
  }
  return {
    startedAt: 0,
    sent: sent.toSorted((a, b) => a.at - b.at),
    triggeredAt: beforeMs,
    triggerEndedAt: beforeMs + triggerMs,
    triggerDone: true,
    endedAt,
    latestMs: 0,
    tries,
    retries: tries - sent.length,
    retriesRefused: 0,
    overflows: 0,
    ejections,
    workDone: 0,
  }
}
