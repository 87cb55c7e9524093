import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { Pool } from 'undici'
import { clientDurations, type Metrics } from '../process/metrics.ts'
import { labelAttributes, type Span, tracer } from '../process/spans.ts'
import { childOf, currentWork, formatTraceparent, type TraceContext } from '../process/trace-context.ts'
import { commonProblem } from './problem.ts'
import { causeOfFailure, faultOfAnswer, isTooLarge, UpstreamUnavailable } from './upstream-unavailable.ts'

export interface MeshRequest<Schema extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Milliseconds until the whole answer is here. */
  readonly timeoutMs?: number
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined
  /** What a 2xx body must fit. */
  readonly schema?: Schema
}

/** What the service itself answered. A refusal (3xx, 4xx) is an answer, not an error: its body is JSON, as the service wrote it. */
export type MeshAnswer<Body> =
  | { readonly ok: true; readonly status: number; readonly headers: AnswerHeaders; readonly body: Body }
  | { readonly ok: false; readonly status: number; readonly headers: AnswerHeaders; readonly body: unknown }

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Calls to other services by name, through the sidecar. It never retries: that belongs to the mesh. */
export interface MeshClient {
  /**
   * @throws UpstreamUnavailable when the service did not answer, or answered 5xx or nonsense;
   * DomainError BAD_REQUEST when what the caller sent is too large to be passed on
   */
  request<Schema extends TSchema>(service: string, request: MeshRequest<Schema>): Promise<MeshAnswer<Static<Schema>>>
  close(): Promise<void>
}

export interface MeshClientOptions {
  /** `host:port` of the sidecar's outbound listener. Without it calls go to `http://<service>:80`, where Istio redirects them. */
  readonly outbound?: string | undefined
  readonly defaultTimeoutMs: number
  readonly metrics?: Metrics | undefined
}

/** Bytes; larger answers count as broken. */
export const maxResponseSize = 4 * 1024 * 1024

export function createMeshClient({ outbound, defaultTimeoutMs, metrics }: MeshClientOptions): MeshClient {
  const pools = new Map<string, Pool>()
  const durations = metrics && clientDurations(metrics)

  const poolFor = (service: string): Pool => {
    const origin = `http://${outbound ?? `${service}:80`}`
    const pool = pools.get(origin) ?? new Pool(origin, { maxResponseSize, connect: { timeout: defaultTimeoutMs } })
    pools.set(origin, pool)
    return pool
  }

  const call = async <Schema extends TSchema>(
    service: string,
    { method, path, headers, body, timeoutMs = defaultTimeoutMs, signal, schema }: MeshRequest<Schema>,
    trace: TraceContext | undefined,
  ): Promise<MeshAnswer<Static<Schema>>> => {
    // What changes something goes on: the customer who closes the page after the click has ordered.
    const abandoned = method === 'GET' ? currentWork()?.abandoned : undefined
    const signals = [AbortSignal.timeout(timeoutMs), signal, abandoned].filter((one) => one !== undefined)
    const answer = await poolFor(service)
      .request({
        method,
        path,
        headers: { ...headers, ...contextHeaders(trace), host: service, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any(signals),
      })
      .then(async (response) => ({ status: response.statusCode, headers: response.headers, text: await response.body.text() }))
      .catch((error: unknown) => {
        throw new UpstreamUnavailable({ service, reason: causeOfFailure(error), cause: error })
      })
    if (isTooLarge(answer)) throw commonProblem('BAD_REQUEST', 'The request, or one of its headers, is too large.')
    const fault = faultOfAnswer(answer)
    if (fault) throw new UpstreamUnavailable({ service, ...fault })
    const { status } = answer
    const parsed = parseJson(answer.text)
    if (status >= 300) return { ok: false, status, headers: answer.headers, body: parsed }
    if (schema && !Value.Check(schema, parsed))
      throw new UpstreamUnavailable({ service, reason: 'error', status, cause: 'the answer does not fit its schema' })
    return { ok: true, status, headers: answer.headers, body: parsed as Static<typeof schema & TSchema> }
  }

  return {
    async request(service, request) {
      const end = durations?.startTimer({ upstream: service })
      const span = beginSpan(service, request)
      try {
        const answer = await call(service, request, span?.trace)
        end?.({ outcome: String(answer.status) })
        span?.set({ 'http.response.status_code': answer.status })
        return answer
      } catch (error) {
        const outcome = error instanceof UpstreamUnavailable ? error.reason : 'error'
        end?.({ outcome })
        if (error instanceof UpstreamUnavailable) span?.set({ 'http.response.status_code': error.upstreamStatus })
        span?.fail(outcome)
        throw error
      } finally {
        span?.end()
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}

/** A call and the time until its whole answer is here. */
function beginSpan(service: string, { method, path }: MeshRequest<TSchema>): Span | undefined {
  const work = currentWork()
  return tracer()?.begin({
    name: `${method} ${service}`,
    kind: 'client',
    parent: work?.trace,
    attributes: () => ({
      'http.request.method': method,
      'server.address': service,
      'url.path': path.split('?', 1)[0],
      ...(work && labelAttributes(work.labels)),
    }),
  })
}

/** @param trace of the call's span; without tracing each call is a hop all the same */
function contextHeaders(trace: TraceContext | undefined): Record<string, string> {
  const work = currentWork()
  if (!work) return trace ? { traceparent: formatTraceparent(trace) } : {}
  return {
    traceparent: formatTraceparent(trace ?? childOf(work.trace)),
    ...(work.requestId && { 'x-request-id': work.requestId }),
    ...(work.stage && { 'x-stage': work.stage }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
