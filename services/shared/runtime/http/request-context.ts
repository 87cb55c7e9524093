import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { childOf, formatTraceparent, newTrace, parseTraceparent, runInContext, type WorkContext } from '../process/trace-context.ts'

/** The same request id in callers' and our logs; Envoy makes one at the edge. Bounded, because it goes into every log line. */
const requestIdPattern = /^[\w.:-]{1,64}$/

/** Names as a VirtualService would match them; anything else goes no further. */
const stagePattern = /^[a-z][a-z0-9-]{0,31}$/

/** The work context of each request: made from its headers when first asked for, then the same. */
export function requestContexts(): (request: FastifyRequest) => WorkContext {
  const contexts = new WeakMap<FastifyRequest, WorkContext>()
  return (request) => {
    const context = contexts.get(request) ?? contextFrom(request)
    contexts.set(request, context)
    return context
  }
}

/** Each request runs in its own work context; the answer says in `traceparent` which trace that is. */
export function carryRequestContext(
  app: FastifyInstance,
  contextOf: (request: FastifyRequest) => WorkContext,
  stopping: AbortSignal,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const context = contextOf(request)
    reply.header('traceparent', formatTraceparent(context.trace))
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

function contextFrom({ headers }: FastifyRequest): WorkContext {
  const parent = parseTraceparent(headers.traceparent?.toString())
  const given = headers['x-request-id']
  const stage = headers['x-stage']
  return {
    trace: parent ? childOf(parent) : newTrace(),
    requestId: typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID(),
    ...(typeof stage === 'string' && stagePattern.test(stage) && { stage }),
    labels: {},
  }
}
