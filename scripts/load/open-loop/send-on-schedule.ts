import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './answer-reader.ts'
import { type Arrivals, arrivalTimes } from './arrivals.ts'
import { type Abandon, Connections } from './connections.ts'
import { givenUp, notSent, type Samples } from './samples.ts'

/** What the generator is told; it passes between processes, so it has no functions. */
export interface GeneratorOrder extends Arrivals {
  /** Of the server, e.g. `http://127.0.0.1:8080`. */
  readonly origin: string
  readonly path: string
  /** ms after which a request is given up, counted from when it was due. */
  readonly giveUpMs: number
  /** Requests that are open at once; one that is due beyond it is not sent. Bounds what a server that does not answer costs. */
  readonly mostOpen: number
}

/**
 * Sends GET requests when they are due, whether the earlier ones have been answered or not, and waits until each has ended.
 * Each open request has a connection of its own (HTTP/1.1 without pipelining).
 */
export async function sendOnSchedule({ origin, path, giveUpMs, mostOpen, ...arrivals }: GeneratorOrder): Promise<Samples> {
  const dueMs = arrivalTimes(arrivals)
  const count = dueMs.length
  const lateMs = new Float64Array(count)
  const latencyMs = new Float64Array(count)
  const outcome = new Uint16Array(count)
  const outcomes: string[] = []
  const connections = new Connections(origin, path)
  /** Open requests in the order in which they were due, so that the oldest is the first to be given up. */
  const open = new Map<number, Abandon>()
  const cpuBefore = process.cpuUsage()
  const start = performance.now()

  const end = (turn: number, what: string): void => {
    open.delete(turn)
    const known = outcomes.indexOf(what)
    outcome[turn] = known === -1 ? outcomes.push(what) - 1 : known
    latencyMs[turn] = performance.now() - start - (dueMs[turn] ?? 0)
  }

  const send = (turn: number): void => {
    if (open.size >= mostOpen) {
      end(turn, notSent)
      return
    }
    open.set(
      turn,
      connections.ask((answer) => end(turn, outcomeOf(answer))),
    )
  }

  const giveUpOld = (nowMs: number): void => {
    for (const [turn, abandon] of open) {
      if (nowMs - (dueMs[turn] ?? 0) < giveUpMs) return
      abandon()
      end(turn, givenUp)
    }
  }

  let next = 0
  while (next < count || open.size > 0) {
    const nowMs = performance.now() - start
    for (let due = dueMs[next]; due !== undefined && due <= nowMs; due = dueMs[next]) {
      lateMs[next] = performance.now() - start - due
      send(next)
      next += 1
    }
    giveUpOld(nowMs)
    await delay(Math.min(idleMs, Math.max(0, (dueMs[next] ?? Number.POSITIVE_INFINITY) - nowMs)))
  }
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpuBefore)
  connections.close()
  return { dueMs, lateMs, latencyMs, outcome, outcomes, cpuMs: (user + system) / 1000, wallMs }
}

/** ms; how often requests are looked at that should be given up. */
const idleMs = 5

/** `200`, or `503 OVERLOADED` where the body is a problem with a code, or why there was no answer. */
function outcomeOf(answer: Answer | string): string {
  if (typeof answer === 'string') return answer
  const { status, body } = answer
  const [, code] = body === '' ? [] : (/"code":\s*"([A-Z_]+)"/.exec(body) ?? [])
  return code === undefined ? String(status) : `${status} ${code}`
}
