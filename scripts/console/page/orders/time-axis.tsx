import type { StoryMessage } from '../../order-story/story.ts'
import { duration } from '../format.ts'
import { useWidth } from '../use-width.ts'
import { type AxisLayout, axisLayout, type Dot, meshBand } from './axis-layout.ts'

interface TimeAxisProps {
  readonly message: StoryMessage
  /** The moment that is looked at; undefined for the newest. */
  readonly atMs: number | undefined
  readonly onMoment: (atMs: number | undefined) => void
  /** While it is under way. */
  readonly nowMs: number | undefined
}

/** px beside the plot: for names, and for half a dot. */
const nameWidth = 112
const edge = 14
const axisHeight = 26

/** All that happened to an order on one axis of time, and a slider below it for the moment that is looked at. */
export function TimeAxis({ message, atMs, onMoment, nowMs }: TimeAxisProps) {
  const { width, ref } = useWidth()
  const isNarrow = width < 620
  const left = isNarrow ? edge : nameWidth
  const plot = Math.max(120, width - left - edge)
  const layout = axisLayout(message, plot, nowMs)
  const { scale, bands, dots, links, ticks, height } = layout
  const bandsTop = 4
  const nameHeight = isNarrow ? 18 : 0
  const yOf = (y: number): number => bandsTop + y + bands.filter((band) => band.y <= y).length * nameHeight
  const bottom = bandsTop + height + bands.length * nameHeight
  const cursor = left + scale.x(Math.min(Math.max(atMs ?? scale.endMs, scale.beginMs), scale.endMs))
  return (
    <div class="time-axis" ref={ref}>
      <svg width={width} height={bottom + axisHeight} role="img" aria-label={described(layout)}>
        {bands.map(({ name, y, height }, index) => (
          <g key={name}>
            <rect
              class={`band ${index % 2 === 0 ? 'even' : ''}`}
              x="0"
              y={yOf(y) - nameHeight}
              width={width}
              height={height + nameHeight}
              rx="6"
            />
            <text
              class="band-name"
              x={isNarrow ? 8 : left - edge - 4}
              y={isNarrow ? yOf(y) - 4 : yOf(y) + height / 2 + 4}
              text-anchor={isNarrow ? 'start' : 'end'}
            >
              {name}
            </text>
          </g>
        ))}
        {ticks.map(({ afterMs, x }) => (
          <g key={afterMs}>
            <line class="grid" x1={left + x} x2={left + x} y1={bandsTop} y2={bottom} />
            <text class="tick" x={left + x} y={bottom + 17} text-anchor={x < 12 ? 'start' : x > plot - 24 ? 'end' : 'middle'}>
              {afterMs === 0 ? '0' : `+${roundDuration(afterMs)}`}
            </text>
          </g>
        ))}
        {scale.gaps.map(({ fromMs, toMs }) => {
          const [from, to] = [left + scale.x(fromMs), left + scale.x(toMs)]
          return (
            <g key={fromMs}>
              <rect class="gap" x={from + 14} y={bandsTop} width={to - from - 28} height={bottom - bandsTop} />
              <text
                class="gap-name"
                transform={`translate(${(from + to) / 2 + 4} ${(bandsTop + bottom) / 2}) rotate(-90)`}
                text-anchor="middle"
              >
                {duration(toMs - fromMs)} without news
              </text>
            </g>
          )
        })}
        {links.map(({ from, to }) => (
          <path
            key={keyOf(to)}
            class={`link ${to.ink} ${isBehind(to, atMs)}`}
            d={curve(left + from.x, yOf(from.y), left + to.x, yOf(to.y))}
          />
        ))}
        {atMs !== undefined && <line class="cursor" x1={cursor} x2={cursor} y1={bandsTop} y2={bottom + 6} />}
        {dots.map((dot) => (
          <g key={keyOf(dot)} class={`dot ${dot.ink} ${isBehind(dot, atMs)}`} transform={`translate(${left + dot.x} ${yOf(dot.y)})`}>
            <title>{titleOf(dot, scale.beginMs)}</title>
            <Shape dot={dot} />
          </g>
        ))}
      </svg>
      <input
        class="moment-slider"
        type="range"
        aria-label="Moment"
        aria-valuetext={valueText(layout, atMs)}
        style={{ marginLeft: `${left - 11}px`, width: `${plot + 22}px` }}
        min="0"
        max={Math.round(plot)}
        step="1"
        value={Math.round(cursor - left)}
        onInput={({ currentTarget }) => onMoment(momentAt(layout, Number(currentTarget.value), plot))}
        onKeyDown={(event) => {
          const next = stepped(layout, atMs ?? scale.endMs, event.key)
          if (next === undefined) return
          event.preventDefault()
          onMoment(next >= scale.endMs ? undefined : next)
        }}
      />
    </div>
  )
}

function Shape({ dot }: { readonly dot: Dot }) {
  const { ink, what } = dot
  if (ink === 'quiet') return <circle r="4" />
  if (ink === 'breaker') return <path d="M-9 -9 H9 V9 H-9 Z" />
  if (ink === 'retry') return <path d="M0 -10 L10 0 L0 10 L-10 0 Z" />
  if (ink === 'refused') return <path d="M0 -10 L10 8 L-10 8 Z" />
  return (
    <>
      {ink === 'refusal' ? (
        <path d="M0 -12 L12 0 L0 12 L-12 0 Z" />
      ) : ink === 'end' ? (
        <rect x="-11" y="-11" width="22" height="22" rx="5" />
      ) : (
        <circle r="10.5" />
      )}
      <text y="4" text-anchor="middle">
        {'number' in what ? what.number : ''}
      </text>
    </>
  )
}

/** The end of the slider is what is newest, also when more comes. */
const momentAt = ({ scale }: AxisLayout, x: number, plot: number): number | undefined => (x >= Math.round(plot) ? undefined : scale.at(x))

/** Keys go from one thing that happened to the next. */
function stepped({ dots, scale }: AxisLayout, atMs: number, key: string): number | undefined {
  const times = [...new Set(dots.map((dot) => dot.atMs))].sort((one, other) => one - other)
  if (key === 'ArrowRight' || key === 'ArrowUp') return times.find((time) => time > atMs) ?? scale.endMs
  if (key === 'ArrowLeft' || key === 'ArrowDown') return times.findLast((time) => time < atMs) ?? scale.beginMs
  if (key === 'Home') return scale.beginMs
  if (key === 'End') return scale.endMs
  return undefined
}

const isBehind = (dot: Dot, atMs: number | undefined): string => (atMs !== undefined && dot.atMs > atMs ? 'later' : '')

const keyOf = ({ what }: Dot): string =>
  'entry' in what
    ? `${what.entry.kind} ${what.entry.place}`
    : 'mark' in what
      ? `${what.mark.atMs} ${what.mark.caller} ${what.mark.text}`
      : `${what.breaker.atMs} ${what.breaker.caller} ${what.breaker.host} ${what.breaker.to}`

function titleOf(dot: Dot, beginMs: number): string {
  const { what, atMs } = dot
  const after = `+${duration(atMs - beginMs)}`
  if ('entry' in what) return `${after}  ${what.entry.service} ${what.entry.type}: ${what.entry.text}`
  if ('mark' in what) return `${after}  ${what.mark.caller} → ${what.mark.destination}: ${what.mark.text}`
  return `${after}  ${what.breaker.caller} → ${what.breaker.host}: ${what.breaker.from} → ${what.breaker.to}`
}

function valueText(layout: AxisLayout, atMs: number | undefined): string {
  if (atMs === undefined) return 'the newest state'
  const last = layout.dots
    .filter((dot) => dot.atMs <= atMs && 'entry' in dot.what)
    .sort((one, other) => one.atMs - other.atMs)
    .at(-1)
  const event = last && 'entry' in last.what ? `, after ${last.what.entry.text}` : ', before the first event'
  return `${duration(atMs - layout.scale.beginMs)}${event}`
}

function described({ dots, bands }: AxisLayout): string {
  const services = bands.filter(({ name }) => name !== meshBand).length
  const events = dots.filter(({ what }) => 'entry' in what && what.entry.kind === 'event').length
  return `Time axis: ${events} events of ${services} services, ${dots.filter(({ what }) => !('entry' in what)).length} marks of the mesh. The list below has them all.`
}

/** A curve that leaves and arrives level. */
function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(18, (x2 - x1) / 2)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

const roundDuration = (ms: number): string => (ms < 1_000 ? `${ms} ms` : ms < 120_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`)
