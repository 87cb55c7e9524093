import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Replica } from '../../access/replica.ts'
import type { Destination } from './destination.ts'
import type { Traffic as ReportedTraffic } from './result.ts'
import type { Answer, SentRequest } from './sent-request.ts'
import type { Target } from './target.ts'
import { trafficBins } from './traffic-bins.ts'

/** Requests to a destination, each of which passes the proxy of the caller that is named. */
export interface Traffic<T extends Target = Target> {
  /** What one of them is, as checks name it: `GET /v1/products`. */
  readonly name: string
  /** Sends one and waits for its answer, within a time limit of its own: whether it was answered as whoever sends it wants it. */
  send(target: T, caller: Replica): Promise<boolean>
}

const timeoutMs = 10_000
/** A connection is kept for the next request: in a cluster each is a tunnel through the API server, which takes longer to open than most answers take. */
const agent = new Agent({ keepAlive: true })

/** One `GET` through the caller's own proxy, as its app would send it; never rejects. */
export async function sendOutbound(
  target: Target,
  caller: Replica,
  { destination, path, withinMs = timeoutMs }: { readonly destination: Destination; readonly path: string; readonly withinMs?: number },
): Promise<SentRequest> {
  const { origin, host } = await target.outbound(caller, destination)
  const [at, started] = [Date.now(), performance.now()]
  // Node's own client: fetch would not let the Host header be set.
  const answered = await new Promise<Omit<Answer, 'ms'>>((resolve) => {
    const nobody = () => resolve({ overloaded: false })
    const asked = request(new URL(path, origin), { headers: { host }, agent, signal: AbortSignal.timeout(withinMs) }, (response) => {
      const overloaded = response.headers['x-envoy-overloaded'] !== undefined
      text(response).then(() => resolve({ overloaded, ...(response.statusCode && { status: response.statusCode }) }), nobody)
    })
    asked.on('error', nobody).end()
  })
  return { ...answered, at, ms: performance.now() - started }
}

/** `GET`s of one path through the callers' own proxies; any status below 500 is an answer. */
export const outboundTraffic = (destination: Destination, path: string): Traffic => ({
  name: `GET ${path}`,
  send: async (target, caller) => {
    const { status } = await sendOutbound(target, caller, { destination, path })
    return status !== undefined && status < 500
  },
})

/** Traffic as it is sent one request after another, so that every count can be exact; what became of it is remembered. */
export interface CountedTraffic {
  send(caller: Replica): Promise<void>
  /** By the caller's name. */
  sent(caller: Replica): number
  readonly total: number
  readonly succeeded: number
  /** The longest that an answer took. */
  readonly slowestMs: number
  /** What the report shows of it, by caller. @param startedAt ms since 1970, of the run */
  told(startedAt: number): ReportedTraffic[]
}

const binMs = 250

export function countedTraffic<T extends Target>(target: T, traffic: Traffic<T>): CountedTraffic {
  const records = new Map<string, { readonly at: number; readonly ms: number; readonly isWhole: boolean }[]>()
  let [total, succeeded, slowestMs] = [0, 0, 0]
  return {
    sent: ({ name }) => records.get(name)?.length ?? 0,
    get total() {
      return total
    },
    get succeeded() {
      return succeeded
    },
    get slowestMs() {
      return slowestMs
    },
    told: (startedAt) =>
      [...records].map(([caller, ofCaller]) =>
        trafficBins(
          ofCaller.map(({ at, ms, isWhole }) => ({
            sentAtMs: at - startedAt,
            endedAtMs: at - startedAt + ms,
            outcome: isWhole ? 'ok' : 'failed',
          })),
          { caller, binMs },
        ),
      ),
    send: async (caller) => {
      total += 1
      const record = { at: Date.now(), ms: 0, isWhole: false }
      const ofCaller = records.get(caller.name) ?? []
      records.set(caller.name, ofCaller)
      ofCaller.push(record)
      const started = performance.now()
      record.isWhole = await traffic.send(target, caller)
      record.ms = performance.now() - started
      if (record.isWhole) succeeded += 1
      slowestMs = Math.max(slowestMs, record.ms)
    },
  }
}
