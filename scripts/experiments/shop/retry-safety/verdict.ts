import { type Check, equals, within } from '../../../checks/check.ts'
import type { RequestRecord } from '../../core/traffic-bins.ts'
import type { Delivered, Effects } from './effects.ts'

export interface SafetyConfig {
  /** Orders that customers want, each of a customer of its own. */
  readonly wishes: number
  /** How often each is sent after the answer to the first time was lost, at the same time. */
  readonly again: number
  /** Under the same `Idempotency-Key` each time, or each time under another: then each time it is another order. */
  readonly sameKey: boolean
}

export interface SafetyObserved {
  /** Orders that were sent and whose answer nobody read. */
  readonly lost: number
  readonly wishes: readonly {
    /** Pieces by SKU. */
    readonly asked: Readonly<Record<string, number>>
    /** Order ids, or why there is none, of those times whose answer was read. */
    readonly answers: readonly string[]
    readonly effects: Effects
  }[]
  /** Records that were written once more. */
  readonly deliveredAgain: number
  /** All commands of these orders, and how often each lies in the log. */
  readonly commands: readonly Delivered[]
  /** On the clock of the run. */
  readonly requests: readonly RequestRecord[]
}

/** The check that fails when each time is another order: whoever counts effects sees a double one. */
export const oneOrder = 'orders placed per wish, by the log'
/** What holds all the same: there were duplicates, and all of them were answered. */
export const answersLost = 'orders whose first answer was lost'
export const sentAgain = 'answers to orders that were sent again'
export const deliveredTwice = 'commands that lie in the log more than once'
export const allDecided = 'deliveries of commands that their service has answered'

export function safetyVerdict({ wishes: count, again }: SafetyConfig, { lost, wishes, commands }: SafetyObserved): Check[] {
  const of = <Value>(pick: (wish: SafetyObserved['wishes'][number]) => Value) => wishes.map(pick)
  const once = Array.from({ length: count }, () => 1)
  const sum = (pick: (one: Delivered) => number) => commands.reduce((total, one) => total + pick(one), 0)
  return [
    equals(answersLost, count, lost),
    equals(sentAgain, count * again, wishes.flatMap(({ answers }) => answers).filter((one) => one.startsWith('ord_')).length),
    equals(
      'order ids that each wish was answered',
      once,
      of(({ answers }) => new Set(answers).size),
    ),
    equals(
      oneOrder,
      once,
      of(({ effects }) => effects.orders.length),
    ),
    equals(
      'charges per wish',
      once,
      of(({ effects }) => effects.charges),
    ),
    equals(
      'pieces reserved, by wish and SKU',
      of(({ asked }) => sorted(asked)),
      of(({ effects }) => sorted(effects.reserved)),
    ),
    equals(
      'shipments booked per wish',
      once,
      of(({ effects }) => effects.shipments),
    ),
    equals(
      'confirmations of receipt per wish',
      once,
      of(({ effects }) => effects.receipts),
    ),
    within(deliveredTwice, { min: count }, commands.filter(({ records }) => records > 1).length),
    equals(
      allDecided,
      sum(({ records }) => records),
      sum(({ answered }) => answered),
    ),
    equals('commands that took effect more than once', 0, commands.filter(({ effective }) => effective > 1).length),
  ]
}

const sorted = (counts: Readonly<Record<string, number>>) => Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))
