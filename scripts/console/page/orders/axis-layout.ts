import type { BreakerMark, MeshMark, Role, StoryEntry, StoryMessage } from '../../order-story/story.ts'
import { type TimeScale, ticksOf, timeScale } from './time-scale.ts'

/** A line of the picture: a service, or the mesh. Heights are px. */
export interface Band {
  readonly name: string
  readonly y: number
  readonly height: number
}

/** Something that happened, where it is drawn. */
export interface Dot {
  readonly x: number
  readonly y: number
  readonly atMs: number
  readonly what: { readonly entry: StoryEntry; readonly number: number } | { readonly mark: MeshMark } | { readonly breaker: BreakerMark }
  readonly ink: Role | 'quiet' | 'letter' | 'retry' | 'refused' | 'breaker'
}

/** From what led to an event to the event. */
export interface Link {
  readonly from: Dot
  readonly to: Dot
}

export interface AxisLayout {
  readonly scale: TimeScale
  readonly bands: readonly Band[]
  readonly dots: readonly Dot[]
  readonly links: readonly Link[]
  readonly ticks: readonly { readonly afterMs: number; readonly x: number }[]
  readonly height: number
}

/** px from one dot to the next so that both can be read. */
const dotWidth = 24
const rowHeight = 24
const bandPadding = 8
const mostRows = 5
export const meshBand = 'mesh'

/**
 * The story of an order → one picture: a band a service, in the order in which they come in, and at the end one for what the mesh did.
 * @param width px of the plot @param nowMs while it is under way
 */
export function axisLayout({ story, mesh, breakers, trace }: StoryMessage, width: number, nowMs?: number): AxisLayout {
  const numbers = numbersOf(story.entries)
  const things = [
    ...story.entries.map((entry) => ({
      band: entry.service,
      atMs: entry.atMs,
      what: { entry, number: numbers.get(entry) ?? 0 },
      ink: inkOf(entry),
    })),
    ...mesh.map((mark) => ({ band: meshBand, atMs: mark.atMs, what: { mark }, ink: mark.kind })),
    ...breakers.map((breaker) => ({ band: meshBand, atMs: breaker.atMs, what: { breaker }, ink: 'breaker' as const })),
  ].sort((one, other) => one.atMs - other.atMs)
  const scale = timeScale(
    [beginOf({ story, mesh, trace }), ...things.map(({ atMs }) => atMs), ...(nowMs === undefined ? [] : [nowMs])],
    width,
  )

  const names = [...new Set(things.map(({ band }) => band))].sort((one, other) => Number(one === meshBand) - Number(other === meshBand))
  const bands: Band[] = []
  const dots: Dot[] = []
  let y = 0
  for (const name of names) {
    const own = things.filter(({ band }) => band === name)
    const rows = rowsOf(own.map(({ atMs }) => scale.x(atMs)))
    const height = (Math.max(0, ...rows) + 1) * rowHeight + 2 * bandPadding
    bands.push({ name, y, height })
    for (const [index, { atMs, what, ink }] of own.entries())
      dots.push({ x: scale.x(atMs), y: y + bandPadding + ((rows[index] ?? 0) + 0.5) * rowHeight, atMs, what, ink })
    y += height
  }
  return { scale, bands, dots, links: linksOf(dots), ticks: ticksOf(scale, width), height: y }
}

/** When somebody asked for the order: its trace begins then, unless it is a trace of something else. ms since the epoch. */
export function beginOf({
  story,
  mesh,
  trace,
}: Pick<StoryMessage, 'story' | 'mesh'> & { readonly trace?: StoryMessage['trace'] | undefined }): number {
  const first = story.entries[0]?.atMs ?? 0
  const before = [trace?.beginMs, ...mesh.map(({ atMs }) => atMs)].filter((atMs) => atMs !== undefined && first - atMs < asksWithinMs)
  return Math.min(first, ...before.map(Number))
}

/** A request that is older is another one. */
const asksWithinMs = 60_000

/** Events are numbered as they are in `npx breakwater events show`; what changed nothing has no number. */
export function numbersOf(entries: readonly StoryEntry[]): ReadonlyMap<StoryEntry, number> {
  return new Map(entries.filter(({ kind }) => kind !== 'answer').map((entry, index) => [entry, index + 1]))
}

const inkOf = ({ kind, role }: StoryEntry): Dot['ink'] => (kind === 'event' ? role : kind === 'answer' ? 'quiet' : 'letter')

/** Each goes into the first row in which it touches nobody. */
function rowsOf(xs: readonly number[]): number[] {
  const ends: number[] = []
  return xs.map((x) => {
    const free = ends.findIndex((end) => x - end >= dotWidth)
    const row = free >= 0 ? free : ends.length < mostRows ? ends.length : ends.indexOf(Math.min(...ends))
    ends[row] = x
    return row
  })
}

function linksOf(dots: readonly Dot[]): Link[] {
  const byId = new Map(
    dots.flatMap((dot) => ('entry' in dot.what && dot.what.entry.kind === 'event' ? [[dot.what.entry.id, dot] as const] : [])),
  )
  return [...byId.values()].flatMap((to) => {
    const from = 'entry' in to.what ? byId.get(to.what.entry.because?.event ?? '') : undefined
    return from ? [{ from, to }] : []
  })
}
