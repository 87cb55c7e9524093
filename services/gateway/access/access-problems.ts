import { DomainError } from '../../shared/runtime/http/problem.ts'
import { gatewayErrors, gatewayProblem } from '../errors.ts'

/**
 * 401: nothing was presented, or something that proves nothing. The detail is what the caller may know of the reason.
 * @param challenges of `WWW-Authenticate` (RFC 9110), e.g. `Bearer realm="breakwater"`
 */
export const unauthenticated = (detail: string, challenges: readonly string[]): DomainError =>
  new DomainError({
    code: 'UNAUTHENTICATED',
    ...gatewayErrors.UNAUTHENTICATED,
    detail,
    headers: { 'www-authenticate': challenges.length > 0 ? challenges.join(', ') : 'Bearer realm="breakwater"' },
  })

/** 403: we know who it is, and they may not. */
export const forbidden = (detail: string): DomainError => gatewayProblem('FORBIDDEN', detail)

/** 503: what was presented cannot be checked at the moment; `cause` is for our log, never for the caller. */
export const authorizerUnavailable = (cause: unknown): DomainError =>
  new DomainError({ code: 'AUTHORIZER_UNAVAILABLE', ...gatewayErrors.AUTHORIZER_UNAVAILABLE, cause })
