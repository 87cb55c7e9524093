import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'

/** An event as the tally takes it. */
export interface TalliedEvent {
  readonly type: string
  readonly data: unknown
  /** ms since the epoch. */
  readonly atMs: number
}

export interface Invariant {
  readonly name: string
  /** What it means that there is one. */
  readonly meaning: string
  /** Orders that break it. */
  readonly count: number
  readonly examples: readonly string[]
}

/** Orders a second, in bins of a second. */
export interface RateSeries {
  /** Seconds since the epoch. */
  readonly seconds: readonly number[]
  readonly placed: readonly number[]
  readonly confirmed: readonly number[]
  readonly cancelled: readonly number[]
}

export interface Totals {
  readonly placed: number
  readonly confirmed: number
  readonly cancelled: number
  /** Neither confirmed nor cancelled yet. */
  readonly open: number
}

/** What the log says of orders, folded event by event, whichever topic comes first. */
export interface Tally {
  add(event: TalliedEvent): void
  totals(): Totals
  invariants(nowMs: number): readonly Invariant[]
  rates(nowMs: number): RateSeries
}

interface Order {
  placedMs?: number
  respondByMs?: number
  total: number
  charges: number
  charged: number
  readonly asked: Map<string, number>
  readonly held: Map<string, number>
  end?: { readonly how: 'confirmed' | 'cancelled'; readonly atMs: number }
}

const kinds = {
  lost: { name: 'Lost', meaning: 'placed, and past their time neither confirmed nor cancelled' },
  chargedTwice: { name: 'Charged twice', meaning: 'more than one payment was authorised' },
  money: { name: 'Money not conserved', meaning: 'confirmed and not charged the total, or cancelled and not given back' },
  stock: { name: 'Stock not conserved', meaning: 'confirmed without every piece, or cancelled with some' },
} as const
type Kind = keyof typeof kinds

type Fold = { [Type in EventType]?: (data: EventData<Type>, atMs: number) => void }

/** After its end an order's money and stock may be on their way for so long; the longest that a shop that works takes. */
const settleMs = 10_000
/** An order is given up at its time, by a timer. */
const lateMs = 30_000
/** Orders that are remembered; of more, those that ended first are counted and forgotten. */
const mostOrders = 100_000
export const shownSeconds = 300
const mostExamples = 5

/** @param sinceMs orders that were placed before are left out: not all of their events may come */
export function createTally(sinceMs = 0): Tally {
  const orders = new Map<string, Order>()
  const toJudge = new Set<string>()
  const faults: Readonly<Record<Kind, Set<string>>> = { lost: new Set(), chargedTwice: new Set(), money: new Set(), stock: new Set() }
  const bins = { placed: new Map<number, number>(), confirmed: new Map<number, number>(), cancelled: new Map<number, number>() }
  const counts = { placed: 0, confirmed: 0, cancelled: 0 }

  const orderOf = (orderId: string): Order => {
    const order = orders.get(orderId) ?? { total: 0, charges: 0, charged: 0, asked: new Map(), held: new Map() }
    orders.set(orderId, order)
    toJudge.add(orderId)
    return order
  }
  const count = (what: keyof typeof bins, atMs: number): void => {
    counts[what] += 1
    const second = Math.floor(atMs / 1000)
    bins[what].set(second, (bins[what].get(second) ?? 0) + 1)
  }
  const hold = (orderId: string, sku: string, pieces: number): void => {
    const { held } = orderOf(orderId)
    held.set(sku, (held.get(sku) ?? 0) + pieces)
  }
  const end = (orderId: string, how: 'confirmed' | 'cancelled', atMs: number): void => {
    const order = orders.get(orderId)
    // Placing and ending lie in one partition, so an order that was not placed here was placed before.
    if (order?.placedMs === undefined || order.end?.how === how) return
    if (order.end) counts[order.end.how] -= 1
    order.end = { how, atMs }
    toJudge.add(orderId)
    count(how, atMs)
  }
  const fold: Fold = {
    'orders.OrderPlaced': ({ order: placed, respondBy }, atMs) => {
      if (atMs < sinceMs) return
      const order = orderOf(placed.orderId)
      order.placedMs = atMs
      order.respondByMs = Date.parse(respondBy)
      order.total = placed.total
      for (const { sku, quantity } of placed.lines) order.asked.set(sku, (order.asked.get(sku) ?? 0) + quantity)
      count('placed', atMs)
    },
    'orders.OrderConfirmed': ({ order }, atMs) => end(order.orderId, 'confirmed', atMs),
    'orders.OrderCancelled': ({ order }, atMs) => end(order.orderId, 'cancelled', atMs),
    'payments.PaymentAuthorized': ({ amount, order: { orderId } }) => {
      const order = orderOf(orderId)
      order.charges += 1
      order.charged += amount
    },
    'payments.PaymentRefunded': ({ amount, orderId }) => {
      orderOf(orderId).charged -= amount
    },
    'inventory.StockReserved': ({ sku, quantity, order }) => hold(order.orderId, sku, quantity),
    'inventory.StockReleased': ({ sku, quantity, orderId }) => hold(orderId, sku, -quantity),
  }

  const judge = (orderId: string, order: Order, nowMs: number): void => {
    for (const found of Object.values(faults)) found.delete(orderId)
    const { placedMs, respondByMs = Number.POSITIVE_INFINITY, total, charged, charges, asked, held, end: ended } = order
    if (placedMs === undefined) return
    if (charges > 1) faults.chargedTwice.add(orderId)
    if (!ended) {
      if (nowMs > respondByMs + lateMs) faults.lost.add(orderId)
      return
    }
    if (nowMs < ended.atMs + settleMs) return
    const isConfirmed = ended.how === 'confirmed'
    if (charged !== (isConfirmed ? total : 0)) faults.money.add(orderId)
    const skus = new Set([...asked.keys(), ...held.keys()])
    if ([...skus].some((sku) => (held.get(sku) ?? 0) !== (isConfirmed ? (asked.get(sku) ?? 0) : 0))) faults.stock.add(orderId)
    // Whatever else comes makes it be judged again.
    toJudge.delete(orderId)
  }

  const forget = (): void => {
    for (const [orderId, { end: ended }] of orders) {
      if (orders.size <= mostOrders) return
      if (ended && !toJudge.has(orderId)) orders.delete(orderId)
    }
  }

  return {
    add: ({ type, data, atMs }) =>
      (fold as Readonly<Record<string, ((data: unknown, atMs: number) => void) | undefined>>)[type]?.(data, atMs),
    totals: () => ({ ...counts, open: counts.placed - counts.confirmed - counts.cancelled }),
    invariants: (nowMs) => {
      for (const orderId of [...toJudge]) {
        const order = orders.get(orderId)
        if (order) judge(orderId, order, nowMs)
      }
      forget()
      return (Object.keys(kinds) as Kind[]).map((kind) => ({
        ...kinds[kind],
        count: faults[kind].size,
        examples: [...faults[kind]].slice(0, mostExamples),
      }))
    },
    rates: (nowMs) => {
      const last = Math.floor(nowMs / 1000) - 1
      const seconds = Array.from({ length: shownSeconds }, (_, index) => last - shownSeconds + 1 + index)
      for (const bin of Object.values(bins)) for (const second of bin.keys()) if (second < last - shownSeconds) bin.delete(second)
      const of = (what: keyof typeof bins): number[] => seconds.map((second) => bins[what].get(second) ?? 0)
      return { seconds, placed: of('placed'), confirmed: of('confirmed'), cancelled: of('cancelled') }
    },
  }
}
