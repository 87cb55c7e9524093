/** Error code → status and title. Codes are API and never change; titles are text. Each service has one in `errors.ts`. */
export type ProblemCatalogue = Readonly<Record<string, ProblemKind>>

/** `title` names the kind of problem, not this occurrence; it is also what callers see of a status of 500 or more. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Sent with the answer, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One rule of the request's schema that its value broke. `path` is a JSON pointer, after `body`, `querystring`, `params` or `headers`. */
export interface Violation {
  readonly path: string
  readonly message: string
}

/** Body of every error answer: RFC 9457, media type `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly Violation[]
}

export interface ProblemParts extends ProblemKind {
  readonly code: string
  readonly detail?: string | undefined
  readonly errors?: readonly Violation[] | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: unknown
}

/** A failure that has a meaning for the caller: a stable code, a status, and a detail that says what to do. */
export class DomainError extends Error {
  override readonly name: string = 'DomainError'
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly Violation[] | undefined
  /** Further members of the body (RFC 9457, 3.2). */
  readonly extensions: Readonly<Record<string, unknown>>
  /** Sent with the answer, e.g. `retry-after`. */
  readonly headers: Readonly<Record<string, string>>

  constructor({ code, status, title, detail, errors, extensions = {}, headers = {}, cause }: ProblemParts) {
    super(`${code}: ${detail ?? title}`, { cause })
    this.code = code
    this.status = status
    this.title = title
    this.detail = detail
    this.errors = errors
    this.extensions = extensions
    this.headers = headers
  }
}

/** Binds a catalogue: `const problem = problems(orderErrors)`, then `throw problem('ORDER_UNKNOWN', 'No order ord_… .')`. */
export const problems =
  <Catalogue extends ProblemCatalogue>(catalogue: Catalogue) =>
  (code: keyof Catalogue & string, detail?: string, errors?: readonly Violation[]): DomainError => {
    const kind = catalogue[code]
    if (!kind) throw new TypeError(`No problem ${code} in the catalogue.`)
    return new DomainError({ code, ...kind, detail, errors })
  }

/** Problems that any service may answer, before or instead of its own. */
export const commonProblems = {
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  BODY_TOO_DEEP: { status: 400, title: 'The body has too many objects and lists in one another' },
  VALIDATION_FAILED: { status: 400, title: 'The request does not fit its schema' },
  BAD_REQUEST: { status: 400, title: 'The request cannot be read' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this path' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path does not support this method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be application/json' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers or the address are too large' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
  STILL_LOADING: {
    status: 503,
    title: 'This replica is still reading what it must know to answer; try again in a moment',
    headers: { 'retry-after': '1' },
  },
  OVERLOADED: {
    status: 503,
    title: 'There are too many requests at the moment; nothing was done for this one, send it again later',
    headers: { 'retry-after': '1' },
  },
  UPSTREAM_UNAVAILABLE: {
    status: 503,
    title: 'A service that is needed for this does not answer; try again later',
    headers: { 'retry-after': '1' },
  },
} as const satisfies ProblemCatalogue

export const commonProblem = problems(commonProblems)

/** Anything thrown → what the caller may see. From status 500 on that is the code and the fixed title, never the error's own text. */
export function problemOf(error: unknown, instance?: string): Problem {
  const { code, status, title, detail, errors, extensions } = asDomainError(error)
  return {
    type: `urn:breakwater:problem:${code}`,
    title,
    status,
    code,
    ...(detail !== undefined && status < 500 && { detail }),
    ...(instance !== undefined && { instance }),
    ...(errors !== undefined && status < 500 && { errors }),
    ...extensions,
  }
}

/** Fastify's own errors by code. https://fastify.dev/docs/latest/Reference/Errors */
const fastifyErrors: Readonly<Record<string, keyof typeof commonProblems>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Gives what Fastify or a library threw its place in the catalogue; the original stays reachable as `cause`. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  const { code, statusCode } = Object(error) as { code?: unknown; statusCode?: unknown }
  const known = typeof code === 'string' ? fastifyErrors[code] : undefined
  const isClients = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  const chosen = known ?? (error instanceof SyntaxError && isClients ? 'MALFORMED_JSON' : isClients ? 'BAD_REQUEST' : 'INTERNAL')
  return new DomainError({ code: chosen, ...commonProblems[chosen], cause: error })
}
