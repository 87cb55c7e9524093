import { setTimeout as delay } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import { type Arrivals, arrivalTimes } from './arrivals.ts'
import { givenUp, notSent, type Samples } from './samples.ts'

/** What the generator's thread is told; it passes between threads, so it has no functions. */
export interface GeneratorOrder extends Arrivals {
  /** Of the server, e.g. `http://127.0.0.1:8080`. */
  readonly origin: string
  readonly path: string
  /** ms after which a request is given up, counted from when it was due. */
  readonly giveUpMs: number
  /** Requests that are open at once; one that is due beyond it is not sent. Bounds what a server that does not answer costs. */
  readonly mostOpen: number
}

/** Of a refusal's body; a problem is shorter. */
const mostBodyBytes = 4096

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
  const pool = new Pool(origin, { connections: mostOpen, pipelining: 1 })
  /** Open requests in the order in which they were due, so that the oldest is the first to be given up. */
  const open = new Map<number, Dispatcher.DispatchController | undefined>()
  const cpuBefore = process.threadCpuUsage()
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
    open.set(turn, undefined)
    let status = 0
    let body = ''
    pool.dispatch(
      { method: 'GET', path },
      {
        onRequestStart: (controller) => {
          if (open.has(turn)) open.set(turn, controller)
          else controller.abort(new Error(givenUp))
        },
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: (_controller, chunk) => {
          if (status >= 400 && body.length < mostBodyBytes) body += chunk.toString()
        },
        onResponseEnd: () => {
          if (open.has(turn)) end(turn, outcomeOf(status, body))
        },
        onResponseError: (_controller, error) => {
          if (open.has(turn)) end(turn, (error as NodeJS.ErrnoException).code ?? error.name)
        },
      },
    )
  }

  const giveUpOld = (nowMs: number): void => {
    for (const [turn, controller] of open) {
      if (nowMs - (dueMs[turn] ?? 0) < giveUpMs) return
      end(turn, givenUp)
      controller?.abort(new Error(givenUp))
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
  const { user, system } = process.threadCpuUsage(cpuBefore)
  await pool.destroy()
  return { dueMs, lateMs, latencyMs, outcome, outcomes, cpuMs: (user + system) / 1000, wallMs }
}

/** ms; how often requests are looked at that should be given up. */
const idleMs = 5

/** `200`, or `503 OVERLOADED` where the body is a problem with a code. */
function outcomeOf(status: number, body: string): string {
  const [, code] = body === '' ? [] : (/"code":\s*"([A-Z_]+)"/.exec(body) ?? [])
  return code === undefined ? String(status) : `${status} ${code}`
}
