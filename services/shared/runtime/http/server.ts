import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController, type RawServerDefault } from 'fastify'
import { maxBodyBytes, maxHeadBytes, requestTimeoutMs } from '../../contracts/request-limits.ts'
import type { Logger } from '../process/logger.ts'
import type { Metrics } from '../process/metrics.ts'
import { observeRequests } from './access-log.ts'
import { allowedMethods } from './allowed-methods.ts'
import { drainOnClose } from './draining.ts'
import { takeJsonBodies } from './json-bodies.ts'
import type { LoadShedding } from './load-shedding.ts'
import { type Readiness, serveOperations } from './operational-routes.ts'
import { answerProblems, serveProblems } from './problem-answers.ts'
import { carryRequestContext, requestContexts } from './request-context.ts'
import { validatorCompiler } from './request-validation.ts'
import { answerBeforeBody } from './unread-bodies.ts'
import { answerAllRequests, answerUnreadable } from './unreadable-requests.ts'

/** A Fastify instance whose routes get their types from TypeBox schemas. */
export type Server = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

export interface ServerOptions {
  readonly logger: Logger
  /** What `/readyz` answers. */
  readonly ready: () => Readiness
  /** Printed by `/metrics`, and where requests are measured. */
  readonly metrics?: Metrics | undefined
  /** Absent: every request is taken. */
  readonly loadShedding?: LoadShedding | undefined
  /** The path that a request is looked up by, when that is another than it came with. */
  readonly rewriteUrl?: (request: IncomingMessage) => string
}

/** Milliseconds. Envoy keeps an idle upstream connection for an hour; closing it first would turn its next request into a 503. */
const keepAliveTimeout = 65 * 60 * 1000

/** What every service answers alike: health, metrics, problems, trace headers, access log. The routes are the service's; nothing listens yet. */
export function createServer({ logger, ready, metrics, loadShedding, rewriteUrl }: ServerOptions): Server {
  const contextOf = requestContexts()
  const answer = answerProblems(logger, contextOf)
  const app: Server = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    ...(rewriteUrl && { rewriteUrl: (request: IncomingMessage) => rewriteUrl(request) }),
    keepAliveTimeout,
    // While stopping, requests on open connections are still answered; new connections are not taken.
    return503OnClosing: false,
    // Any part of a path that the head has room for: its route's schema says what is wrong with it.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxHeadBytes },
    frameworkErrors: answer,
    // Without a Host the request is answered like any other; Node would send an empty 400.
    http: { maxHeaderSize: maxHeadBytes, requireHostHeader: false },
    clientErrorHandler: answerUnreadable(logger),
  })
  answerAllRequests(app.server)
  app.setValidatorCompiler(validatorCompiler)
  const methodsOf = allowedMethods(app)
  loadShedding?.addTo(app)
  const stopping = drainOnClose(app)
  carryRequestContext(app, contextOf, stopping)
  observeRequests(app, { logger, metrics, contextOf })
  takeJsonBodies(app)
  serveProblems(app, answer, methodsOf)
  answerBeforeBody(app, stopping)
  serveOperations(app, { ready, isStopping: () => stopping.aborted, metrics })
  return app
}
