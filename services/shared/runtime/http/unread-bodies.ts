import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { hasBody } from './json-bodies.ts'

/** Bytes of a refused body that are read and thrown away; whoever sends more loses the connection. */
export const discardLimit = 16 * 1024 * 1024

/**
 * Lets an answer arrive that was given before the whole body was there (413, 415, 404, …). Closing the connection then, as Fastify wants to,
 * resets it while the caller still sends: a client sees a broken connection, and a proxy makes a 503 of it that counts against this replica.
 * So the rest is read and thrown away, and the connection stays open; one that has to close is closed behind the body.
 */
export function answerBeforeBody(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', async ({ raw, headers }, reply) => {
    if (raw.complete || raw.destroyed || !hasBody(headers)) return
    const gone = discard(raw)
    if (!reply.raw.shouldKeepAlive || stopping.aborted) await gone
    else reply.removeHeader('connection')
  })
}

/** Resolves when all of it has come, or the connection has ended. */
async function discard(request: IncomingMessage): Promise<void> {
  let bytes = 0
  request.on('data', ({ length }: Buffer) => {
    bytes += length
    if (bytes > discardLimit) request.socket.destroy()
  })
  const ended = new AbortController()
  const closed = once(request, 'close', ended).catch(() => undefined)
  await Promise.race([once(request, 'end', ended).catch(() => undefined), closed])
  ended.abort()
}
