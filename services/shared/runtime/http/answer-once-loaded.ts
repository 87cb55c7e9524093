import type { FastifyInstance } from 'fastify'
import { operationalPaths } from './operational-routes.ts'
import { commonProblem } from './problem.ts'

/**
 * Routes answer 503 (STILL_LOADING) until `isLoaded`: what is not known yet must not be told as what does not exist.
 * Readiness alone does not do: a request may be on its way already, or come by a path that does not look at it.
 */
export function answerOnceLoaded(app: FastifyInstance, isLoaded: () => boolean): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const isOperational = operationalPaths.has(request.routeOptions.url ?? '')
    done(isLoaded() || isOperational || request.is404 ? undefined : commonProblem('STILL_LOADING'))
  })
}
