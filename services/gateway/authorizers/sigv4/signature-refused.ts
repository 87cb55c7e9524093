import type { DomainError } from '../../../shared/runtime/http/problem.ts'
import { unauthenticated } from '../../access/access-problems.ts'

/** The one algorithm, as `Authorization` and `X-Amz-Algorithm` name it. */
export const algorithm = 'AWS4-HMAC-SHA256'

/** For `WWW-Authenticate`. */
export const challenge = `${algorithm} realm="breakwater"`

/** 401. The detail says what a partner has to change; it never depends on a secret. */
export const signatureRefused = (detail: string): DomainError => unauthenticated(detail, [challenge])
