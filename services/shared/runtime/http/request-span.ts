import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { labelAttributes, type Span, tracer } from '../process/spans.ts'
import type { TraceContext, WorkContext } from '../process/trace-context.ts'
import { operationalPaths } from './operational-routes.ts'

/** The span of an arriving request; undefined while tracing is off, and of probes and scrapes: they are no work of the service. */
export function beginRequestSpan({ method, url, routeOptions }: FastifyRequest, parent: TraceContext | undefined): Span | undefined {
  const by = tracer()
  const [path = url] = url.split('?', 1)
  if (!by || operationalPaths.has(path)) return undefined
  const route = routeOptions?.url
  return by.begin({
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    parent,
    attributes: () => ({ 'http.request.method': method, 'http.route': route, 'url.path': path.slice(0, 200), 'url.scheme': 'http' }),
  })
}

/** It lasts to the end of the answer, or until the caller has gone. */
export function endWithAnswer(span: Span, { labels }: WorkContext, response: ServerResponse): void {
  response.once('close', () => {
    const { statusCode, writableFinished } = response
    span.set({ 'http.response.status_code': statusCode, ...labelAttributes(labels) })
    if (!writableFinished) span.fail('abandoned')
    else if (statusCode >= 500) span.fail(String(statusCode))
    span.end()
  })
}
