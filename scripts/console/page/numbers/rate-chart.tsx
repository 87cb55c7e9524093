import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { RateSeries } from '../../numbers/tally.ts'
import { useWidth } from '../use-width.ts'

const height = 240

/** Orders a second over the last minutes. */
export function RateChart({ rates }: { readonly rates: RateSeries }) {
  const { width, ref } = useWidth()
  const place = useRef<HTMLDivElement>(null)
  const inks = useRef<HTMLSpanElement>(null)
  const chart = useRef<uPlot>(undefined)
  useEffect(() => {
    if (!place.current || width === 0) return
    // A canvas knows no custom properties: the colours are those that letters of this class have now, light or dark.
    const ink = (name: string) => (): string => {
      const letters = inks.current?.querySelector(`.${name}`)
      return letters ? getComputedStyle(letters).color : 'gray'
    }
    const axis = {
      stroke: ink('axis'),
      grid: { stroke: ink('grid'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    }
    const line = (label: string, name: string) => ({ label, stroke: ink(name), width: 2, points: { show: false } })
    const options: uPlot.Options = {
      width,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [
        { ...axis, space: 90, values: (_, seconds) => seconds.map((second) => new Date(second * 1000).toLocaleTimeString()) },
        { ...axis, size: 44, values: (_, values) => values.map((value) => `${value}/s`) },
      ],
      series: [{}, line('placed', 'placed'), line('confirmed', 'confirmed'), line('cancelled', 'cancelled')],
    }
    chart.current = new uPlot(options, dataOf(rates), place.current)
    return () => chart.current?.destroy()
  }, [width])
  useEffect(() => chart.current?.setData(dataOf(rates)), [rates])
  return (
    <div ref={ref} class="rate-chart">
      <div
        ref={place}
        role="img"
        aria-label="Orders placed, confirmed and cancelled a second, over the last five minutes; the numbers above are those of now."
      />
      <span ref={inks} hidden>
        {['axis', 'grid', 'placed', 'confirmed', 'cancelled'].map((name) => (
          <span key={name} class={name} />
        ))}
      </span>
    </div>
  )
}

const dataOf = ({ seconds, placed, confirmed, cancelled }: RateSeries): uPlot.AlignedData => [
  [...seconds],
  [...placed],
  [...confirmed],
  [...cancelled],
]
