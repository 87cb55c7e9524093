import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../process/metrics.ts'

/** Whether a process can do its work, and if not, what it waits for. */
export interface Readiness {
  readonly ready: boolean
  readonly waitingFor: readonly string[]
}

export const operationalPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** What the operational routes tell. */
export interface Operations {
  readonly ready: () => Readiness
  readonly isStopping: () => boolean
  readonly metrics: Metrics | undefined
}

/** `/healthz`: the process is alive. `/readyz`: send it traffic; 503 while it waits for something or stops. `/metrics`: Prometheus text. */
export function serveOperations(app: FastifyInstance, { ready, isStopping, metrics }: Operations): void {
  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', (_request, reply) => {
    const state = isStopping() ? { ready: false, waitingFor: ['shutdown'] } : ready()
    return reply.code(state.ready ? 200 : 503).send(state)
  })
  if (metrics) {
    app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  }
}
