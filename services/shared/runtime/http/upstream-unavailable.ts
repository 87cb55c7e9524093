import { errors } from 'undici'
import { commonProblems, DomainError } from './problem.ts'

/**
 * Why a call had no usable answer.
 * `circuit-open`: the sidecar refused it, its connection pool is full. `no-healthy-upstream`: every host is ejected or gone.
 * `abandoned`: we gave it up, because our own caller has gone or we stop. `timeout`: no answer in time. `unreachable`: no connection. `error`: an answer of 5xx or one that makes no sense.
 */
export type UnavailableReason = 'circuit-open' | 'no-healthy-upstream' | 'abandoned' | 'timeout' | 'unreachable' | 'error'

interface Unavailability {
  readonly service: string
  readonly reason: UnavailableReason
  /** Of the answer, where there was one. */
  readonly status?: number
  /** When to come back, as the service said it (RFC 9110 §10.2.3); in a second when it did not. */
  readonly retryAfter?: string | undefined
  readonly cause?: unknown
}

/** Thrown by the mesh client. Uncaught it becomes a 503 that says when to come back. */
export class UpstreamUnavailable extends DomainError {
  override readonly name = 'UpstreamUnavailable'
  readonly service: string
  readonly reason: UnavailableReason
  /** Of the answer, where there was one. */
  readonly upstreamStatus: number | undefined

  constructor({ service, reason, status, retryAfter, cause }: Unavailability) {
    super({
      code: 'UPSTREAM_UNAVAILABLE',
      ...commonProblems.UPSTREAM_UNAVAILABLE,
      ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
      detail: `${service}: ${reason}${status ? ` (${status})` : ''}`,
      cause,
    })
    this.service = service
    this.reason = reason
    this.upstreamStatus = status
  }
}

/** An exception of the HTTP client → why there was no answer. */
export function causeOfFailure(error: unknown): UnavailableReason {
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'error'
  const { name, code } = Object(error) as { name?: unknown; code?: unknown }
  const isTimeout = name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
  if (name === 'AbortError') return 'abandoned'
  return isTimeout ? 'timeout' : 'unreachable'
}

/** 413, 414 and 431, as HTTP parsers and proxies say it: what the caller sent is too large to be passed on. It says nothing about the service. */
export const isTooLarge = ({ status, headers }: Answer): boolean => [413, 414, 431].includes(status) && !isJson(headers)

const isJson = (headers: Answer['headers']): boolean => String(headers['content-type'] ?? '').includes('json')

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/**
 * Tells answers of Envoy, and failures of the service, from answers that count.
 * Envoy marks a pool overflow (response flag UO) with `x-envoy-overloaded` and has fixed texts for the rest:
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter
 */
export function faultOfAnswer(answer: Answer): Omit<Unavailability, 'service' | 'cause'> | undefined {
  const { status, headers, text } = answer
  if (status === 503 && headers['x-envoy-overloaded'] !== undefined) return { reason: 'circuit-open', status }
  if (status === 503 && text === 'no healthy upstream') return { reason: 'no-healthy-upstream', status }
  if (status === 503 && text.startsWith('upstream connect error')) return { reason: 'unreachable', status }
  if (status === 504) return { reason: 'timeout', status }
  if (status === 304) return undefined
  // A refusal without JSON is the mesh's (no route, access denied), not the service's.
  if (status < 500 && (status < 300 || isJson(headers))) return undefined
  const retryAfter = headers['retry-after']
  return { reason: 'error', status, ...(typeof retryAfter === 'string' && { retryAfter }) }
}
