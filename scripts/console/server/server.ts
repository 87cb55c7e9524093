import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { Compile } from 'typebox/compile'
import { type StreamLimits, streamEvents, streamLimits } from './event-stream.ts'
import { refuseAction, refuseForeign, type Sender } from './guard.ts'
import { contentSecurityPolicy, documentOf, documentPolicy, icon, type PageFiles } from './page-files.ts'
import { answerProblem, refusalOf } from './problems.ts'
import type { Asked, Route } from './route.ts'

export interface ServerOptions {
  readonly routes: readonly Route[]
  readonly page: PageFiles
  /** What actions must bring. */
  readonly token: string
  readonly mayAct: boolean
  /** Aborted when the console ends: all feeds end with it. */
  readonly end: AbortSignal
  readonly limits?: StreamLimits
  /** How many feeds may be open at once. */
  readonly maxFeeds?: number
}

/** Of what an action is told. */
const bodyLimit = 64 * 1024
const maxConnections = 128
const requestWithinMs = 10_000

/** Sent with everything. */
const headers = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** The console's HTTP server; it does not listen yet. */
export function createServer({ routes, page, token, mayAct, end, limits, maxFeeds = 48 }: ServerOptions): FastifyInstance {
  const server = fastify({ bodyLimit, requestTimeout: requestWithinMs, forceCloseConnections: true })
  server.server.maxConnections = maxConnections
  server.removeContentTypeParser('text/plain')
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    // A link from elsewhere may lead to the page, which shows itself in no frame; what it asks for then is asked by itself.
    const isDocument = request.method === 'GET' && !request.url.startsWith('/api/')
    const sender = senderOf(request)
    const refusal = refuseForeign(isDocument ? { ...sender, site: undefined } : sender)
    if (refusal) await answerProblem(reply, refusal)
  })
  server.setErrorHandler((error: unknown, _, reply) => answerProblem(reply, refusalOf(error)))
  server.setNotFoundHandler((_, reply) => answerProblem(reply, { code: 'NOT_FOUND', detail: 'there is nothing here' }))

  const forever = 'public, max-age=31536000, immutable'
  const file = (path: string, type: string, cache: string, content: string): void => {
    server.get(path, (_, reply) => reply.header('content-type', type).header('cache-control', cache).send(content))
  }
  file('/', 'text/html; charset=utf-8', 'no-cache', documentOf(page))
  file('/icon.svg', 'image/svg+xml', 'no-cache', icon)
  file(`/page-${page.hash}.js`, 'text/javascript; charset=utf-8', forever, page.script)
  file(`/page-${page.hash}.css`, 'text/css; charset=utf-8', forever, page.style)

  server.get('/healthz', async () => ({ status: 'ok' }))

  let feeds = 0
  for (const route of routes) {
    const path = `/api${route.path}`
    if (route.kind === 'get')
      server.get(path, async (request, reply) => {
        const answer = await route.answer(asked(request, AbortSignal.any([end, request.signal])))
        return reply.header('cache-control', 'no-store').send(answer ?? {})
      })
    if (route.kind === 'action') {
      const checked = Compile(route.body)
      server.post(path, {
        onRequest: async (request, reply) => {
          const refusal = refuseAction(senderOf(request), token, mayAct)
          if (refusal) await answerProblem(reply, refusal)
        },
        handler: async (request, reply) => {
          const body = request.body ?? {}
          if (!checked.Check(body)) {
            const [first] = checked.Errors(body)
            return answerProblem(reply, { code: 'VALIDATION_FAILED', detail: `${first?.instancePath || 'the body'} ${first?.message}` })
          }
          const answer = await route.act(body, asked(request, end))
          return reply.header('cache-control', 'no-store').send(answer ?? {})
        },
      })
    }
    if (route.kind === 'document')
      server.get(route.path, async (request, reply) => {
        const html = await route.html(asked(request, AbortSignal.any([end, request.signal])))
        return reply
          .header('content-security-policy', documentPolicy)
          .type('text/html; charset=utf-8')
          .header('cache-control', 'no-store')
          .send(html)
      })
    if (route.kind === 'feed')
      server.get(path, async (request, reply) => {
        if (feeds >= maxFeeds) return answerProblem(reply, { code: 'TOO_MANY_FEEDS', detail: 'too many pages are open' })
        feeds++
        try {
          reply.hijack()
          for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
          await streamEvents(reply.raw, (signal) => route.messages(asked(request, signal)), end, limits ?? streamLimits)
        } finally {
          feeds--
        }
      })
  }
  return server
}

const asked = ({ query, params }: FastifyRequest, signal: AbortSignal): Asked => ({ query: texts(query), params: texts(params), signal })

const texts = (values: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]))

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.at(-1) : value)

const senderOf = ({ headers }: FastifyRequest): Sender => ({
  host: headers.host,
  origin: headers.origin,
  site: single(headers['sec-fetch-site']),
  token: single(headers['x-breakwater-token']),
})
