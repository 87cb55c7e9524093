import type { FastifyInstance } from 'fastify'

/**
 * Lets a stopping server come to its end: Node closes connections that are idle when the stop begins, but not those that become idle later,
 * and a sidecar keeps those open for an hour.
 * @returns whether the server is stopping
 */
export function drainOnClose(app: FastifyInstance): () => boolean {
  let stopping = false
  app.addHook('preClose', (done) => {
    stopping = true
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close')
    done()
  })
  // For answers whose head was sent before the stop began.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (stopping) setImmediate(() => app.server.closeIdleConnections())
    done()
  })
  return () => stopping
}
