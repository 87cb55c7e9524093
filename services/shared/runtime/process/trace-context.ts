import { AsyncLocalStorage } from 'node:async_hooks'
import { randomFillSync } from 'node:crypto'

/** Where we are in a distributed trace; what travels in the `traceparent` header. https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hex digits: the same through the whole trace. */
  readonly traceId: string
  /** 16 hex digits: this hop. */
  readonly spanId: string
  readonly sampled: boolean
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const isZero = (hex: string): boolean => /^0+$/.test(hex)

/** Header → context; undefined for whatever the standard calls invalid (then a new trace begins). */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, rest] = pattern.exec(header ?? '') ?? []
  if (!version || !traceId || !spanId || !flags) return undefined
  if (version === 'ff' || (version === '00' && rest !== undefined) || isZero(traceId) || isZero(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

/** Source of random hex digits; tests pass their own. */
export type RandomHex = (bytes: number) => string

/** Fetched for many ids at once: a call for each takes longer than all the rest of a span. */
const pool = Buffer.alloc(4096)
let used = pool.length
const randomHex: RandomHex = (bytes) => {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}

export const newTrace = (random: RandomHex = randomHex): TraceContext => ({ traceId: random(16), spanId: random(8), sampled: true })

/** The next hop of the same trace. */
export const childOf = (parent: TraceContext, random: RandomHex = randomHex): TraceContext => ({ ...parent, spanId: random(8) })

/** What one piece of work carries along: its trace, and names that its log lines should have. */
export interface WorkContext {
  readonly trace: TraceContext
  readonly requestId?: string
  /** Of a request that asked for one: where the mesh has a version for it (`canary`), every call on the way goes there. */
  readonly stage?: string
  readonly labels: Record<string, string>
  /** Aborted when the caller has gone without its answer. */
  readonly abandoned?: AbortSignal
  /** Aborted when the process begins to stop: work goes on, but nothing is waited for any longer. */
  readonly stopping?: AbortSignal
}

const storage = new AsyncLocalStorage<WorkContext>()

export const currentWork = (): WorkContext | undefined => storage.getStore()
export const currentTrace = (): TraceContext | undefined => storage.getStore()?.trace

/** Aborted when the current work is not to wait for news any longer: whoever wants them has gone, or the process stops. */
export function endOfWaiting(): AbortSignal {
  const { abandoned, stopping } = currentWork() ?? {}
  return AbortSignal.any([abandoned, stopping].filter((signal) => signal !== undefined))
}

/** Runs `work`, and all that it awaits, inside `context`. */
export const runInContext = <T>(context: WorkContext, work: () => T): T => storage.run(context, work)

/** Runs `work` in the trace that a message or a request brought along, or in a new one. */
export const runInTrace = <T>(traceparent: string | undefined, work: () => T): T =>
  runInContext({ trace: parseTraceparent(traceparent) ?? newTrace(), labels: {} }, work)

/** Adds names (`{ orderId }`) to the log lines of the current work; outside of any it does nothing. */
export const label = (labels: Readonly<Record<string, string>>): void => {
  Object.assign(storage.getStore()?.labels ?? {}, labels)
}
