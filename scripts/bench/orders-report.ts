import type { Line } from './line.ts'
import type { ShopMeasurement } from './orders.ts'

const mebi = 1024 * 1024
const goals = { startMs: 30_000, idleCpuPercent: 10, memoryBytes: 2.5 * 1024 * mebi }

/** A measurement as lines for a person; goals are the project's own. */
export function ordersReport({ startMs, idleCpuPercent, memory, processes, single, many, gateway }: ShopMeasurement): Line[] {
  const { withSidecars: on, withoutSidecars: off, requestsRatio, p99Ratio } = gateway
  const bytes = memory.pssBytes ?? memory.rssBytes
  const ratio = ({ median, min, max }: { median: number; min: number; max: number }) =>
    `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`
  return [
    { what: 'make up, installed, to ready', measured: `${(startMs / 1000).toFixed(1)} s`, goal: '≤ 30 s', met: startMs <= goals.startMs },
    {
      what: `idle CPU of all ${processes} processes`,
      measured: `${idleCpuPercent.toFixed(1)} % of one core`,
      goal: '< 10 %',
      met: idleCpuPercent < goals.idleCpuPercent,
    },
    {
      what: `memory of all processes (${memory.pssBytes === undefined ? 'RSS' : 'PSS'})`,
      measured: `${Math.round(bytes / mebi)} MiB`,
      goal: '≤ 2560 MiB',
      met: bytes <= goals.memoryBytes,
    },
    {
      what: 'one order at a time: accepted → confirmed',
      measured: `p50 ${single.confirmation.p50Ms} ms, p99 ${single.confirmation.p99Ms} ms`,
    },
    { what: `${many.sent} orders, many at once: confirmed`, measured: `${many.confirmedPerSecond} orders/s, ${many.lost.length} lost` },
    {
      what: 'the same: accepted → confirmed',
      measured: `p50 ${many.confirmation.p50Ms} ms, p99 ${many.confirmation.p99Ms} ms`,
    },
    { what: 'product page with sidecars', measured: `${Math.round(on.requestsPerSecond)} requests/s, p99 ${on.p99Ms} ms` },
    { what: 'product page without sidecars', measured: `${Math.round(off.requestsPerSecond)} requests/s, p99 ${off.p99Ms} ms` },
    { what: 'requests/s, with ÷ without', measured: ratio(requestsRatio) },
    { what: 'p99, with ÷ without', measured: ratio(p99Ratio) },
  ]
}
