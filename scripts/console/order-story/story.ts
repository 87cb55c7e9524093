import type { OrderStatus } from '../../../services/shared/contracts/order-status.ts'
import type { TimelineEntry } from '../../events/order/order-timeline.ts'
import type { LogLine } from '../search/log-line.ts'
import type { TraceView } from '../search/trace-view.ts'

/** What an event means for an order that is on its way: it goes on, somebody says no, what was done is undone, or it is over. */
export type Role = 'step' | 'refusal' | 'compensation' | 'end'

/** One thing that happened to the order. Its time is that of whoever wrote it. */
export interface StoryEntry extends Omit<TimelineEntry, 'data'> {
  readonly atMs: number
  readonly role: Role
}

/** What the order has at a moment: the sum of its events until then. */
export interface Moment {
  readonly atMs: number
  /** Index of the entry after which it is so. */
  readonly after: number
  readonly status: OrderStatus | undefined
  /** Of the order's own aggregate. */
  readonly version: number
  /** Cents: charged and not given back. */
  readonly charged: number
  readonly stock: readonly { readonly sku: string; readonly pieces: number; readonly how: 'reserved' | 'sold' }[]
  readonly parcel: 'booked' | 'on its way' | 'cancelled' | 'called back' | undefined
  /** Messages to the customer. */
  readonly told: number
}

/** A command that an event leads to, and that nobody has answered yet. */
export interface Waiting {
  readonly service: string
  readonly command: string
  readonly sinceMs: number
}

/** What a proxy did to a request of the order's traces, other than to pass it on. */
export interface MeshMark {
  readonly atMs: number
  readonly kind: 'retry' | 'refused'
  /** `orders-0`: whose proxy. */
  readonly caller: string
  readonly destination: string
  /** Of Envoy: `UO`, `UH`, `UF`. */
  readonly flags?: string
  /** How often the request was sent, the first time included. */
  readonly attempts: number
  readonly status?: number
  readonly text: string
}

/** A breaker that changed its state while the order was on its way. */
export interface BreakerMark {
  readonly atMs: number
  readonly caller: string
  readonly host: string
  readonly from: string
  readonly to: string
  /** What ejected, or the limit that was reached. */
  readonly cause?: string
}

/** Everything that is known of one order. Milliseconds since the epoch. */
export interface OrderStory {
  readonly orderId: string
  /** `unknown`: nothing in the log is about it. `under-way`: something is still to happen. */
  readonly phase: 'unknown' | 'under-way' | 'ended'
  readonly status: OrderStatus | undefined
  readonly entries: readonly StoryEntry[]
  readonly moments: readonly Moment[]
  /** The order's aggregate as its owner folds it, by version, from 0: before its first event. JSON. */
  readonly states: readonly unknown[]
  readonly waiting: readonly Waiting[]
}

/** What somebody who looks at an order is sent, each time that something of it has changed. */
export interface StoryMessage {
  readonly story: OrderStory
  readonly mesh: readonly MeshMark[]
  readonly breakers: readonly BreakerMark[]
  /** The latest. */
  readonly lines: readonly LogLine[]
  /** The trace that began first; absent while no span of it has come. */
  readonly trace?: TraceView
  /** Other traces that have to do with the order. */
  readonly otherTraces: readonly string[]
  /** Why nothing is known of logs and traces. */
  readonly withoutTelemetry?: string
}

/** An order that may be placed from the page. */
export interface OfferedOrder {
  readonly preset: string
  readonly title: string
  readonly what: string
}

export interface NewestOrder {
  readonly orderId: string
  /** By its newest event; undefined when that says nothing of it. */
  readonly status: OrderStatus | undefined
  /** RFC 3339, of its newest event. */
  readonly time: string
}
