import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { View } from '../context.ts'
import { feed, get, NotFound } from '../server/route.ts'
import type { TraceAnswer } from './messages.ts'

/** Logs by one search, and traces. */
export const logs: View = (context) => [
  get('/logs/services', async () => workloadNames),
  feed('/logs', async function* ({ query, signal }) {
    const [{ searchQuery }, { watchLogs }] = await Promise.all([import('./search-query.ts'), import('./watch-logs.ts')])
    yield* watchLogs(await context.telemetry(), searchQuery(query.q ?? '', Date.now()), signal)
  }),
  get('/traces/:traceId', async ({ params }): Promise<TraceAnswer> => {
    const [{ traceIdOf }, { readTrace }, { logLine }] = await Promise.all([
      import('../../telemetry/commands/ids.ts'),
      import('./read-trace.ts'),
      import('./log-line.ts'),
    ])
    const traceId = traceIdOf(params.traceId ?? '')
    const { trace, lines } = await readTrace(await context.telemetry(), traceId)
    if (!trace)
      throw new NotFound(`Nothing is known of the trace ${traceId}. Processes send their spans every few seconds, and not of every trace.`)
    return { trace, lines: lines.map(logLine) }
  }),
]
