import type { FastifyInstance } from 'fastify'

/**
 * Lets a stopping server come to its end: Node closes connections that are idle when the stop begins, but not those that become idle later,
 * and a sidecar keeps those open for an hour.
 * @returns aborted when the server begins to stop
 */
export function drainOnClose(app: FastifyInstance): AbortSignal {
  const stopping = new AbortController()
  const { signal } = stopping
  app.addHook('preClose', (done) => {
    stopping.abort()
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (signal.aborted) reply.header('connection', 'close')
    done()
  })
  // For answers whose head was sent before the stop began.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (signal.aborted) setImmediate(() => app.server.closeIdleConnections())
    done()
  })
  return signal
}
