import { Type } from 'typebox'
import type { Server } from '../../shared/runtime/http/server.ts'
import { probeProblem } from '../errors.ts'
import { RunProgress, RunRequest } from './run.ts'
import type { Runs } from './runs.ts'

/** Start a run, then read it: a run may wait for what the experimenter does meanwhile. */
export function probeRoutes(app: Server, runs: Runs): void {
  app.post('/runs', { schema: { body: RunRequest } }, async (request, reply) => {
    const run = runs.start(request.body)
    if (!run) throw probeProblem('TOO_MANY_RUNS', 'Wait until one is done.')
    return reply.code(202).header('location', `/runs/${run.id}`).send({ id: run.id })
  })

  app.get(
    '/runs/:id',
    { schema: { params: Type.Object({ id: Type.String({ maxLength: 64 }) }), response: { 200: RunProgress } } },
    (request) => {
      const run = runs.find(request.params.id)
      if (!run) throw probeProblem('RUN_UNKNOWN', `No run ${request.params.id}.`)
      return run
    },
  )
}
