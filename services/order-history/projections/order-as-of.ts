import {
  changesStatus,
  type OrderDetail,
  type OrderWorkflow,
  orderSteps,
  parseInstant,
  statusAfter,
  waitingFor,
} from '../../shared/contracts/index.ts'
import type { Entry, OrderDetailRow } from './order-detail.ts'

/** Which of an order's events count: up to a version, or up to a moment (RFC 3339 in UTC with milliseconds). */
export type Moment = { readonly version: number } | { readonly time: string }

/** A version (`3`), or a moment in RFC 3339. @returns undefined for anything else */
export function parseMoment(text: string): Moment | undefined {
  if (/^\d{1,9}$/.test(text)) return { version: Number(text) }
  const time = parseInstant(text)
  return time === undefined ? undefined : { time: new Date(time).toISOString() }
}

/** What had happened to an order at a moment; at a version, that includes what other services had decided by then. */
function entriesAt(entries: readonly Entry[], moment: Moment | undefined): readonly Entry[] {
  if (moment === undefined) return entries
  if ('time' in moment) return entries.filter(({ time }) => time <= moment.time)
  const last = entries.findLast(({ version }) => version !== undefined && version <= moment.version)
  return entries.filter(({ version, time }) =>
    version === undefined ? last !== undefined && time <= last.time : version <= moment.version,
  )
}

const movesOf = (entries: readonly Entry[]) =>
  entries
    .flatMap(({ type, time, version = 0 }) => (changesStatus(type) ? [{ status: statusAfter[type], at: time, version }] : []))
    .sort((one, other) => one.version - other.version)

/** An order's page as it was at a moment (now, when left out); undefined when there was no such order yet. */
export function orderAsOf({ orderId, placed, entries: all }: OrderDetailRow, moment?: Moment): OrderDetail | undefined {
  const entries = entriesAt(all, moment)
  const moves = movesOf(entries)
  const [first] = moves
  const last = moves.at(-1)
  if (!placed || !first || !last) return undefined
  const { customerId, total, lines, shipTo } = placed
  const cancellation = entries.find((entry) => entry.cancellation)?.cancellation
  const trackingId = entries.find((entry) => entry.trackingId)?.trackingId
  return {
    orderId,
    customerId,
    status: last.status,
    version: Math.max(...entries.map(({ version = 0 }) => version)),
    total,
    placedAt: first.at,
    updatedAt: moves.reduce((latest, { at }) => (at > latest ? at : latest), first.at),
    lines,
    shipTo,
    ...(cancellation && { cancellation }),
    ...(trackingId && { trackingId }),
    timeline: entries.flatMap(({ time, type, text }) => (text === undefined ? [] : [{ time, type, text }])),
  }
}

/** Where an order is, how long each step took, what it waits for; undefined when there is no such order yet. */
export function workflowOf({ orderId, placed, entries }: OrderDetailRow, now: Date): OrderWorkflow | undefined {
  const moves = movesOf(entries)
  const last = moves.at(-1)
  if (!placed || !last) return undefined
  const waiting = waitingFor(last, now)
  const { respondBy } = placed
  return { orderId, status: last.status, respondBy, steps: orderSteps(moves, now), ...(waiting && { waitingFor: waiting }) }
}
