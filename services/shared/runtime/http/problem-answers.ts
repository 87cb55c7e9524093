import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../process/logger.ts'
import { runInContext, type WorkContext } from '../process/trace-context.ts'
import { asDomainError, commonProblem, problemOf } from './problem.ts'

export const problemMediaType = 'application/problem+json; charset=utf-8'

/** Answers with the problem that `error` means. What we did not foresee is logged with its stack; the caller never sees it. */
export type AnswerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply

export const answerProblems =
  (logger: Logger, contextOf: (request: FastifyRequest) => WorkContext): AnswerProblem =>
  (error, request, reply) => {
    const { status, headers, code } = asDomainError(error)
    if (code === 'INTERNAL')
      runInContext(contextOf(request), () => logger.error({ err: error, method: request.method, path: request.url }, 'request failed'))
    return reply.code(status).headers(headers).type(problemMediaType).send(problemOf(error, request.url))
  }

/** Everything that goes wrong is answered as a problem: thrown errors, unknown paths (404) and methods that a path does not have (405). */
export function serveProblems(app: FastifyInstance, answer: AnswerProblem, methodsOf: (path: string) => string[]): void {
  const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = request.url.split('?', 1)
    const allowed = methodsOf(path)
    if (allowed.length === 0)
      return answer(commonProblem('ROUTE_NOT_FOUND', `Nothing is served at ${request.method} ${path}.`), request, reply)
    reply.header('allow', allowed.join(', '))
    return answer(commonProblem('METHOD_NOT_ALLOWED', `${path} supports ${allowed.join(', ')}.`), request, reply)
  }
  // Fastify misses the content type of a QUERY before it says that nothing answers one.
  app.setErrorHandler<{ code?: unknown }>((error, request, reply) =>
    request.is404 && error.code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE' ? notFound(request, reply) : answer(error, request, reply),
  )
  app.setNotFoundHandler(notFound)
}
