import { Type } from 'typebox'
import type { Server } from '../../shared/runtime/http/server.ts'
import { httpbinProblem } from '../errors.ts'
import { LatchParams } from './control-routes.ts'
import type { Latches } from './latches.ts'
import type { Worker } from './worker.ts'

/** What callers reach through the mesh. */
export function appRoutes(app: Server, latches: Latches, worker: Worker): void {
  app.get('/get', (request) => ({ method: request.method, path: request.url, headers: request.headers }))

  app.get(
    '/status/:code',
    { schema: { params: Type.Object({ code: Type.Integer({ minimum: 200, maximum: 599 }) }) } },
    async (request, reply) => {
      const { code } = request.params
      return reply.code(code).send({ status: code })
    },
  )

  app.get('/hold/:latch', { schema: { params: LatchParams } }, async (request, reply) => {
    const { latch } = request.params
    const caller = new AbortController()
    reply.raw.once('close', () => caller.abort())
    const how = await latches.hold(latch, caller.signal)
    if (how === 'expired') throw httpbinProblem('HOLD_EXPIRED', `POST /latches/${latch}/release at the control port opens it.`)
    if (how === 'full') throw httpbinProblem('TOO_MANY_HELD', 'Release some latches first.')
    return { latch, released: how === 'released' }
  })

  app.get('/work/:ms', { schema: { params: Type.Object({ ms: Type.Integer({ minimum: 1, maximum: 10_000 }) }) } }, async (request) => {
    const { ms } = request.params
    if ((await worker.work(ms)) === 'full') throw httpbinProblem('TOO_MANY_HELD', 'The worker has more to do than it can remember.')
    return { worked: ms }
  })
}
