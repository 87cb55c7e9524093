import { Type } from 'typebox'
import type { Server } from '../../shared/runtime/http/server.ts'
import type { Latches } from './latches.ts'
import type { Worker } from './worker.ts'

export const LatchParams = Type.Object({ latch: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })

/** Who is held, letting go, and what the worker has to do: on a port of its own, because the breaker under test limits the app's port. */
export function controlRoutes(control: Server, latches: Latches, worker: Worker): void {
  control.get('/latches', () => latches.state())

  control.post('/latches/:latch/release', { schema: { params: LatchParams } }, (request) => {
    const { latch } = request.params
    return { latch, released: latches.release(latch) }
  })

  control.get('/worker', () => worker.state())
}
