import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Span } from '../process/spans.ts'
import { childOf, formatTraceparent, newTrace, parseTraceparent, runInContext, type WorkContext } from '../process/trace-context.ts'
import { beginRequestSpan, endWithAnswer } from './request-span.ts'

/** The same request id in callers' and our logs; Envoy makes one at the edge. Bounded, because it goes into every log line. */
const requestIdPattern = /^[\w.:-]{1,64}$/

/** Names as a VirtualService would match them; anything else goes no further. */
const stagePattern = /^[a-z][a-z0-9-]{0,31}$/

/** The work context of a request. */
export interface RequestContext extends WorkContext {
  /** Where tracing is on. */
  readonly span?: Span
}

/** The work context of each request: made from its headers when first asked for, then the same. */
export function requestContexts(): (request: FastifyRequest) => RequestContext {
  const contexts = new WeakMap<FastifyRequest, RequestContext>()
  return (request) => {
    const context = contexts.get(request) ?? contextFrom(request)
    contexts.set(request, context)
    return context
  }
}

/** Each request runs in its own work context; the answer says in `traceparent` which trace that is. */
export function carryRequestContext(
  app: FastifyInstance,
  contextOf: (request: FastifyRequest) => RequestContext,
  stopping: AbortSignal,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { span, ...context } = contextOf(request)
    reply.header('traceparent', formatTraceparent(context.trace))
    if (span) endWithAnswer(span, context, reply.raw)
    runInContext({ ...context, abandoned: abandonment(reply.raw), stopping }, done)
  })
}

/** Aborted when the connection ends before the answer has been written. (Fastify's `request.signal` is aborted when a body has been read.) */
function abandonment(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

function contextFrom(request: FastifyRequest): RequestContext {
  const { headers } = request
  const parent = parseTraceparent(headers.traceparent?.toString())
  const span = beginRequestSpan(request, parent)
  const given = headers['x-request-id']
  const stage = headers['x-stage']
  return {
    trace: span?.trace ?? (parent ? childOf(parent) : newTrace()),
    ...(span && { span }),
    requestId: typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID(),
    ...(typeof stage === 'string' && stagePattern.test(stage) && { stage }),
    labels: {},
  }
}
