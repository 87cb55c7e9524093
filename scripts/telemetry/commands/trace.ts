import { styleText } from 'node:util'
import { CommandError, NoShop } from '../../cli/command-error.ts'
import { printJson } from '../../cli/options.ts'
import { printable } from '../../cli/printable.ts'
import type { LocalPaths } from '../../local/paths.ts'
import { accessSpans } from '../show/access-spans.ts'
import { extentOf, type Ink, shortTime, waterfall } from '../show/waterfall.ts'
import type { TelemetrySource } from '../source.ts'
import { isStore } from '../store/reader.ts'
import type { Span } from '../store/records.ts'
import { storeSource } from '../store-source.ts'
import { traceIdIn } from './ids.ts'

/** Of lines that go into a file or a pipe. */
const defaultWidth = 140

/**
 * `trace <order, trace id or last>`: the waterfall of a trace; of an order the one that began first, and what other traces there are.
 * Where there are no spans, it is what the sidecars have logged.
 * @throws CommandError when there are no spans; NoShop when nothing is stored
 */
export async function trace({ telemetry }: LocalPaths, of: string, options: TraceOptions): Promise<void> {
  if (!isStore(telemetry)) throw new NoShop('There are no traces yet. Start the shop: make up (without BREAKWATER_TELEMETRY=off)')
  await showTrace(storeSource(telemetry), of, options)
}

/** The same from the stores in a cluster. @throws as `trace` */
export async function clusterTrace(env: NodeJS.ProcessEnv, of: string, options: TraceOptions): Promise<void> {
  const { openClusterSource } = await import('../cluster/open-cluster-source.ts')
  await showTrace(openClusterSource(env), of, options)
}

interface TraceOptions {
  readonly json: boolean
}

async function showTrace(source: TelemetrySource, of: string, { json }: TraceOptions): Promise<void> {
  try {
    const traces = await tracesOf(source, of)
    for (const line of source.damaged) console.error(line)
    const [first, ...rest] = traces
    if (!first) throw new CommandError(`There are no spans of ${of}. Processes send theirs every few seconds.`)
    if (json) printJson(traces.map(({ traceId, spans }) => ({ traceId, spans })))
    else print(first, rest)
  } finally {
    await source.close()
  }
}

interface Trace {
  readonly traceId: string
  readonly order?: string
  readonly spans: readonly Span[]
  /** Made of access logs. */
  readonly logged?: true
}

async function tracesOf(source: TelemetrySource, of: string): Promise<readonly Trace[]> {
  const traceId = traceIdIn(of)
  const order = traceId !== undefined ? undefined : of === 'last' ? await source.newestOrder() : of
  const traceIds = traceId !== undefined ? [traceId] : order !== undefined ? await source.tracesOf(order) : []
  const traces = await Promise.all(
    traceIds.map(async (traceId) => ({ traceId, ...(order !== undefined && { order }), ...(await spansOf(source, traceId)) })),
  )
  return traces.filter(({ spans }) => spans.length > 0)
}

/** Requests of one trace that are looked at: a trace is what one request has caused. */
const mostRequests = 1_000

async function spansOf(source: TelemetrySource, traceId: string): Promise<Pick<Trace, 'spans' | 'logged'>> {
  const spans = await source.spansOf(traceId)
  if (spans.length > 0) return { spans }
  const { lines } = await source.search({ trace: traceId }, mostRequests)
  const logged = lines.map(({ line }) => line)
  return { spans: accessSpans(logged, traceId), logged: true }
}

function print(first: Trace, rest: readonly Trace[]): void {
  console.log(`${summary(first)}\n`)
  const width = process.stdout.columns ?? defaultWidth
  for (const line of waterfall(first.spans, { width, color })) console.log(line)
  if (rest.length === 0) return
  console.log(`\nOther traces of the order: npx breakwater trace <trace id>`)
  for (const { traceId, spans } of rest) console.log(`  ${traceId}  ${printable(spans[0]?.name ?? '')}  ${counted(spans)}`)
}

function summary({ traceId, order, spans, logged }: Trace): string {
  const begin = spans[0]?.startUs ?? 0
  const name = order === undefined ? `Trace ${traceId}` : `Order ${printable(order)}  trace ${traceId}`
  const source = logged ? ', from access logs: no process has sent spans of it' : ''
  return `${styleText('bold', name)}\n${new Date(begin / 1000).toISOString()}  ${counted(spans)}${source}`
}

function counted(spans: readonly Span[]): string {
  const { begin, end } = extentOf(spans)
  const services = new Set(spans.map(({ service }) => service)).size
  return `${spans.length} ${spans.length === 1 ? 'span' : 'spans'} of ${services} ${services === 1 ? 'service' : 'services'} in ${shortTime(end - begin)}`
}

const inks = { failed: 'red', proxy: 'gray', service: 'cyan', quiet: 'dim' } as const

/** Only where somebody sees colours: `styleText` asks the stream, and NO_COLOR. */
const color = (ink: Ink, text: string): string => styleText(inks[ink], text, { stream: process.stdout })
