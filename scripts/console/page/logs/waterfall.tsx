import type { TraceRow, TraceView } from '../../search/trace-view.ts'
import { counted, duration } from '../format.ts'
import './waterfall.css'

interface WaterfallProps {
  readonly trace: TraceView
  /** A moment to mark, ms since the epoch. */
  readonly atMs?: number | undefined
}

/** Levels that are drawn as such; a saga is deep. */
const deepest = 14

/** The spans of one trace, each with its place in time. */
export function Waterfall({ trace, atMs }: WaterfallProps) {
  const { rows, durationUs, services, beginMs, leftOut, isLogged } = trace
  const wholeUs = Math.max(1, durationUs)
  const mark = atMs === undefined ? undefined : ((atMs - beginMs) * 1000) / wholeUs
  return (
    <div class="waterfall">
      <p class="quiet small">
        {counted(rows.length + leftOut, 'span')} of {counted(services, 'service')} in {duration(durationUs / 1000)}
        {leftOut > 0 && `; the first ${rows.length} are shown`}
        {isLogged && '; from the access logs of proxies, because no span of this trace was kept'}
      </p>
      <ol aria-label={`Spans of trace ${trace.traceId}`}>
        {rows.map((row) => (
          <li key={row.spanId} class={`${row.failed ? 'failed' : row.isProxy ? 'proxy' : ''}`}>
            <details>
              <summary>
                <span class="name" style={{ paddingLeft: `${Math.min(row.depth, deepest) * 8}px` }}>
                  <span class="text" title={row.name}>
                    {row.isLinked && <span title="took up what another span has sent through Kafka">⇠ </span>}
                    {row.name}
                  </span>
                  <span class="quiet source">{row.source}</span>
                </span>
                <span class="ruler" aria-hidden="true">
                  {mark !== undefined && mark >= 0 && mark <= 1 && <span class="at" style={{ left: `${mark * 100}%` }} />}
                  <span class="extent" style={barOf(row, wholeUs)} />
                </span>
                <span class="took number">
                  {duration(row.durationUs / 1000)}
                  {row.failed && <b class="failed"> failed</b>}
                </span>
              </summary>
              <dl class="line-details">
                <div>
                  <dt>began</dt>
                  <dd>+{duration(row.startUs / 1000)}</dd>
                </div>
                {row.attributes.map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ol>
    </div>
  )
}

const barOf = ({ startUs, durationUs }: TraceRow, wholeUs: number) => {
  const left = Math.min(99.5, (startUs / wholeUs) * 100)
  return { left: `${left}%`, width: `${Math.max(0.5, Math.min(100 - left, (durationUs / wholeUs) * 100))}%` }
}
