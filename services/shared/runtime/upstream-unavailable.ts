import { errors } from 'undici'
import { commonProblems, DomainError } from './problem.ts'

/**
 * Why a call had no usable answer.
 * `circuit-open`: the sidecar refused it, its connection pool is full. `no-healthy-upstream`: every host is ejected or gone.
 * `abandoned`: we gave it up, because our own caller has gone or we stop. `timeout`: no answer in time. `unreachable`: no connection. `error`: an answer of 5xx or one that makes no sense.
 */
export type UnavailableReason = 'circuit-open' | 'no-healthy-upstream' | 'abandoned' | 'timeout' | 'unreachable' | 'error'

/** Thrown by the mesh client. Uncaught it becomes a 503 that says when to come back. */
export class UpstreamUnavailable extends DomainError {
  override readonly name = 'UpstreamUnavailable'
  readonly service: string
  readonly reason: UnavailableReason
  /** Of the answer, where there was one. */
  readonly upstreamStatus: number | undefined

  constructor({ service, reason, status, cause }: { service: string; reason: UnavailableReason; status?: number; cause?: unknown }) {
    super({
      code: 'UPSTREAM_UNAVAILABLE',
      ...commonProblems.UPSTREAM_UNAVAILABLE,
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
export function faultOfAnswer({ status, headers, text }: Answer): { reason: UnavailableReason; status: number } | undefined {
  if (status === 503 && headers['x-envoy-overloaded'] !== undefined) return { reason: 'circuit-open', status }
  if (status === 503 && text === 'no healthy upstream') return { reason: 'no-healthy-upstream', status }
  if (status === 503 && text.startsWith('upstream connect error')) return { reason: 'unreachable', status }
  if (status === 504) return { reason: 'timeout', status }
  if (status === 304) return undefined
  // A refusal without JSON is the mesh's (no route, access denied), not the service's.
  return status >= 500 || (status >= 300 && !isJson(headers)) ? { reason: 'error', status } : undefined
}
