import type { Compared } from './events/rate.ts'
import type { EventsMeasurement } from './events.ts'
import type { Line } from './line.ts'

/** A measurement as lines for a person; goals are the project's own. */
export function eventsReport(measured: EventsMeasurement): Line[] {
  const { transactionsOf100, transactionsOf1000, microBatches, folding, snapshots, startUp, longLog, rebuild, shop } = measured
  const { load, visibility, kafkaRecordsPerSecond } = shop
  const recordsPerOrder = longLog.records / longLog.orders
  return [
    ratioLine('events/s: transactions of 100 ÷ plain idempotent producer', transactionsOf100, 0.3),
    ratioLine('events/s: transactions of 1000 ÷ plain idempotent producer', transactionsOf1000, 0.7),
    ratioLine('commands/s: micro-batches ÷ a transaction for each', microBatches, 10),
    ratioLine('events/s: folded into states ÷ a bare kafkajs consumer', folding, 0.5),
    ratioLine('states/s of 10 000 events at hand: with ÷ without snapshot', snapshots.folding, 50),
    ratioLine('the same from Kafka, with its requests', snapshots.recovering),
    {
      what: `a new owner of ${startUp.events} events: with ÷ without snapshots`,
      measured: `${Math.round(startUp.withSnapshots.ms)} ÷ ${Math.round(startUp.without.ms)} ms, ${startUp.withSnapshots.eventsRead} events read`,
      goal: '≤ 1000 events read',
      met: startUp.withSnapshots.eventsRead <= 1000,
    },
    ratioLine('events/s into rows: rebuild ÷ a transaction for each', rebuild, 20),
    {
      what: `a log of ${longLog.orders} orders (${longLog.records} records)`,
      measured: `written in ${seconds(longLog.writeMs)}, verified in ${seconds(longLog.verifyMs)}`,
      goal: 'no fault',
      met: longLog.holds,
    },
    {
      what: `${load.sent} orders through the whole shop`,
      measured: `${load.confirmedPerSecond} orders/s (${rate(load.confirmedPerSecond * recordsPerOrder)} records/s), ${load.lost.length} lost`,
      goal: 'none lost',
      met: load.lost.length === 0,
    },
    {
      what: 'from the acceptance of an order to its page',
      measured: `p50 ${Math.round(visibility.p50)} ms, p99 ${Math.round(visibility.p99)} ms of ${visibility.orders} orders, ${visibility.unseen} unseen`,
      goal: 'all seen',
      met: visibility.unseen === 0,
    },
    {
      what: "Kafka's own producer tool, same broker",
      measured: kafkaRecordsPerSecond === undefined ? 'not measured: needs Java and Maven' : `${rate(kafkaRecordsPerSecond)} records/s`,
    },
  ]
}

function ratioLine(what: string, { one, other, ratio: { median, min, max } }: Compared, goal?: number): Line {
  const digits = median >= 10 ? 0 : 2
  const spread = `${min.toFixed(digits)}–${max.toFixed(digits)}`
  return {
    what,
    measured: `${median.toFixed(digits)} (${spread}): ${rate(one)} ÷ ${rate(other)}`,
    ...(goal !== undefined && { goal: `≥ ${goal}`, met: median >= goal }),
  }
}

const rate = (perSecond: number): string => (perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(1))
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
