import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { View } from '../context.ts'
import { feed, get, NotFound } from '../server/route.ts'
import type { TraceAnswer } from './messages.ts'

/** Of one trace: it is what one request has caused. */
const mostLines = 1_000

/** Logs by one search, and traces. */
export const logs: View = (context) => [
  get('/logs/services', async () => workloadNames),
  feed('/logs', async function* ({ query, signal }) {
    const [{ searchQuery }, { watchLogs }] = await Promise.all([import('./search-query.ts'), import('./watch-logs.ts')])
    yield* watchLogs(await context.telemetry(), searchQuery(query.q ?? '', Date.now()), signal)
  }),
  get('/traces/:traceId', async ({ params }): Promise<TraceAnswer> => {
    const [{ traceIdOf }, { traceView }, { logLine }, { accessSpans }] = await Promise.all([
      import('../../telemetry/commands/ids.ts'),
      import('./trace-view.ts'),
      import('./log-line.ts'),
      import('../../telemetry/show/access-spans.ts'),
    ])
    const traceId = traceIdOf(params.traceId ?? '')
    const telemetry = await context.telemetry()
    const [spans, { lines }] = await Promise.all([telemetry.spansOf(traceId), telemetry.search({ trace: traceId }, mostLines)])
    const isLogged = spans.length === 0
    const shown = isLogged
      ? accessSpans(
          lines.map(({ line }) => line),
          traceId,
        )
      : spans
    const trace = traceView(traceId, shown)
    if (!trace) throw new NotFound(`Nothing is known of the trace ${traceId}; processes send their spans every few seconds.`)
    return { trace, isLogged, lines: lines.map(logLine) }
  }),
]
