import type { FastifyReply } from 'fastify'
import { CommandError, messageOf } from '../../cli/command-error.ts'
import { NotFound } from './route.ts'

/** Codes are what others may rely on; titles are text. */
const problems = {
  BAD_REQUEST: { status: 400, title: 'The request cannot be read' },
  VALIDATION_FAILED: { status: 400, title: 'The request does not fit its schema' },
  TOKEN_REQUIRED: { status: 401, title: 'Acting needs the token' },
  FOREIGN_SITE: { status: 403, title: 'Pages of other sites get no answer' },
  READ_ONLY: { status: 403, title: 'This console only looks' },
  NOT_FOUND: { status: 404, title: 'There is no such thing' },
  NOT_POSSIBLE: { status: 409, title: 'This cannot be done now' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be application/json' },
  FOREIGN_HOST: { status: 421, title: 'The console has another name' },
  INTERNAL: { status: 500, title: 'Something went wrong here' },
  TOO_MANY_FEEDS: { status: 503, title: 'Too many pages are open' },
} as const

type Code = keyof typeof problems

export interface Refusal {
  readonly code: Code
  /** For the person at the page. */
  readonly detail: string
}

/** RFC 9457. Who looks here is who runs it, so the reason is told of a fault of ours as well. */
export function answerProblem(reply: FastifyReply, { code, detail }: Refusal): FastifyReply {
  const problem = { type: `urn:breakwater:problem:${code}`, ...problems[code], code, detail }
  return reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem)
}

/** What Fastify throws of requests, by its status. */
const ofRequests: Readonly<Record<number, Code>> = { 400: 'BAD_REQUEST', 413: 'BODY_TOO_LARGE', 415: 'UNSUPPORTED_MEDIA_TYPE' }

/** What was thrown → what is answered. */
export function refusalOf(error: unknown): Refusal {
  const detail = messageOf(error)
  if (error instanceof NotFound) return { code: 'NOT_FOUND', detail }
  if (error instanceof CommandError) return { code: 'NOT_POSSIBLE', detail }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  return { code: ofRequests[status] ?? 'INTERNAL', detail }
}
