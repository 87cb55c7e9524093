import { commonProblems, DomainError } from '../../http/problem.ts'

/** The database could not be reached, or the connection to it was lost. Uncaught it becomes a 503 that says when to come back. */
export class DatabaseUnavailable extends DomainError {
  override readonly name = 'DatabaseUnavailable'

  constructor(cause: unknown) {
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(Object(cause).code ?? cause)
    super({ code: 'UPSTREAM_UNAVAILABLE', ...commonProblems.UPSTREAM_UNAVAILABLE, detail: `database: ${reason}`, cause })
  }
}

/**
 * What PostgreSQL says of a connection, not of a statement: class 08 (connection exception), 57P0x (it stops, starts or fails over),
 * 53300 (too many connections). https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const ofConnection = /^(08...|57P0.|53300)$/

const ofNetwork: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** pg and pg-pool give these no code. */
const texts: ReadonlySet<unknown> = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
])

/** Whether an error of the driver is about the connection. One about the statement would be the same a second later. */
export function isLossOfConnection(error: unknown): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return ofConnection.test(code) || ofNetwork.has(code)
  return texts.has(message)
}
