import type { Rate } from './rates.ts'
import { fixed, type TimeAxis } from './time-axis.ts'

type Measure = 'sent' | 'refused' | 'failed' | 'p50Ms' | 'p99Ms' | 'goodput'

interface Chart {
  /** Markup. */
  readonly title: string
  readonly unit: string
  /** Drawn one over the other. */
  readonly measures: readonly Measure[]
  readonly shape: 'bars' | 'lines'
}

const charts: readonly Chart[] = [
  { title: 'Requests', unit: '/s', measures: ['sent'], shape: 'bars' },
  { title: 'Refused', unit: '/s', measures: ['refused'], shape: 'bars' },
  { title: 'Failed', unit: '/s', measures: ['failed'], shape: 'bars' },
  {
    title: 'Latency, <span class="p50">p50</span> and <span class="p99">p99</span>',
    unit: ' ms',
    measures: ['p99Ms', 'p50Ms'],
    shape: 'lines',
  },
  { title: 'Goodput', unit: '/s', measures: ['goodput'], shape: 'bars' },
]

const height = 40

/**
 * Rates of one recording → small charts on its time axis.
 * @param all the rates of every recording of the figure: one scale for all, and a chart that none of them needs is left out of all
 */
export function smallCharts(rates: readonly Rate[], all: readonly Rate[], axis: TimeAxis): string {
  return charts
    .map((chart) => {
      const top = Math.max(0, ...all.flatMap((rate) => chart.measures.map((measure) => rate[measure] ?? 0)))
      return top === 0 ? '' : chartSvg(chart, rates, roundedUp(top), axis)
    })
    .join('\n')
}

function chartSvg({ title, unit, measures, shape }: Chart, rates: readonly Rate[], top: number, axis: TimeAxis): string {
  const highest = Math.max(0, ...rates.flatMap((rate) => measures.map((measure) => rate[measure] ?? 0)))
  const draw = shape === 'bars' ? bars : lines
  const words = `at most ${readableNumber(highest)}${unit}`
  return `<div class="chart"><p class="host"><b>${title}</b> <span class="soft">${words}</span><span class="top soft">${readableNumber(top)}${unit}</span></p>
<svg viewBox="0 0 1000 ${height}" preserveAspectRatio="none" role="img" aria-label="${title.replaceAll(/<[^>]*>/g, '')}: ${words}"><path class="base" d="M0 ${height}H1000"/>${measures.map((measure) => draw(rates, measure, top, axis)).join('')}</svg></div>`
}

const xOf = (ms: number, { fromMs, toMs }: TimeAxis): number => Math.min(1000, Math.max(0, ((ms - fromMs) / (toMs - fromMs)) * 1000))
const yOf = (value: number, top: number): number => height - (value / top) * (height - 2)

function bars(rates: readonly Rate[], measure: Measure, top: number, axis: TimeAxis): string {
  const path = rates
    .filter((rate) => (rate[measure] ?? 0) > 0)
    .map((rate) => {
      const [left, right] = [xOf(rate.atMs, axis), xOf(rate.atMs + rate.forMs, axis)]
      return `M${fixed(left)} ${height}V${fixed(yOf(rate[measure] ?? 0, top))}H${fixed(Math.max(left + 1, right - 2))}V${height}z`
    })
  return path.length === 0 ? '' : `<path class="filled ${measure}" d="${path.join('')}"/>`
}

/** An interval without an answer breaks the line; a single one is a short dash. */
function lines(rates: readonly Rate[], measure: Measure, top: number, axis: TimeAxis): string {
  let isDrawing = false
  const path = rates.map((rate) => {
    const value = rate[measure]
    const move = isDrawing ? 'L' : 'M'
    isDrawing = value !== undefined
    if (value === undefined) return ''
    const [x, y] = [xOf(rate.atMs + rate.forMs / 2, axis), fixed(yOf(value, top))]
    return move === 'M' ? `M${fixed(Math.max(0, x - 4))} ${y}H${fixed(x)}` : `L${fixed(x)} ${y}`
  })
  return `<path class="line ${measure}" d="${path.join('')}"/>`
}

/** The next 1, 2, 3, 4, 5, 6 or 8 of its power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 3, 4, 5, 6, 8].find((digit) => digit * power >= value) ?? 10) * power
}

const readableNumber = (value: number): string =>
  value >= 10 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10)
