import type { Line } from '../line.ts'
import { median, range } from '../statistics.ts'
import type { Block, WithAndWithout } from './with-and-without.ts'

const mebi = 1024 * 1024
const goals = { ordersRatio: 0.9, idleCpuPercent: 10, memoryBytes: 2.5 * 1024 * mebi }

/** What logs and traces cost a shop, as lines for a person. */
export function withAndWithoutReport({ rounds, idleCpuPercent }: WithAndWithout): Line[] {
  const [on, off] = [rounds.map((round) => round.on), rounds.map((round) => round.off)]
  const ratio = median(rounds.map((round) => round.on.confirmedPerSecond / round.off.confirmedPerSecond))
  const memory = median(on.map(bytesOf))
  const lost = [...on, ...off].reduce((sum, block) => sum + block.lost, 0)
  return [
    { what: 'orders/s with logs and traces', measured: ordersText(on) },
    { what: 'orders/s without', measured: ordersText(off) },
    {
      what: `the same, with ÷ without, ${rounds.length} rounds`,
      measured: spread(rounds.map((round) => round.on.confirmedPerSecond / round.off.confirmedPerSecond)),
      goal: `≥ ${goals.ordersRatio}`,
      met: ratio >= goals.ordersRatio,
    },
    {
      what: 'processor time of an order, with ÷ without',
      measured: spread(rounds.map((round) => round.on.cpuMsPerOrder / round.off.cpuMsPerOrder)),
    },
    { what: 'orders that were lost', measured: String(lost), goal: '0', met: lost === 0 },
    {
      what: `idle CPU of all ${on[0]?.processes} processes, with logs and traces`,
      measured: `${idleCpuPercent.toFixed(1)} % of one core`,
      goal: `< ${goals.idleCpuPercent} %`,
      met: idleCpuPercent < goals.idleCpuPercent,
    },
    {
      what: `their memory after the orders (${on[0]?.memory.pssBytes === undefined ? 'RSS' : 'PSS'}; without: ${inMebibytes(median(off.map(bytesOf)))})`,
      measured: inMebibytes(memory),
      goal: `≤ ${inMebibytes(goals.memoryBytes)}`,
      met: memory <= goals.memoryBytes,
    },
  ]
}

const bytesOf = ({ memory }: Block): number => memory.pssBytes ?? memory.rssBytes

const inMebibytes = (bytes: number): string => `${Math.round(bytes / mebi)} MiB`

function ordersText(blocks: readonly Block[]): string {
  const rates = blocks.map((block) => block.confirmedPerSecond)
  return `${median(rates).toFixed(1)} (${range(rates).min}–${range(rates).max})`
}

const spread = (ratios: readonly number[]): string =>
  `${median(ratios).toFixed(2)} (${range(ratios).min.toFixed(2)}–${range(ratios).max.toFixed(2)})`
