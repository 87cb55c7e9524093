import type { Wall } from '../../wall/wall.ts'

/** What a line is drawn from: one moment of one breaker. */
export interface Point {
  readonly atMs: number
  /** In the second up to this moment. */
  readonly perSecond: number
  readonly failedPerSecond: number
  /** ms */
  readonly p50?: number
  readonly p99?: number
}

interface Track {
  readonly atMs: number
  readonly requests: number
  readonly failed: number
  readonly points: readonly Point[]
}

/** By caller, destination and host. */
export type History = ReadonlyMap<string, Track>

/** How far back lines go. */
export const keptMs = 60_000

export const trackKey = (card: string, caller: string, host: string): string => `${card} ${caller} ${host}`

/** The points of the last minute with those of what is seen now. Pure. */
export function nextHistory(before: History, { atMs, cards }: Wall): History {
  const tracks = new Map<string, Track>()
  for (const { key, rows } of cards)
    for (const { caller, pool, hosts } of rows) {
      const sum = (count: 'requests' | 'failed') => hosts.reduce((total, host) => total + host[count], 0)
      const ofPool = { requests: sum('requests') + pool.refused, failed: pool.refused, ...pool.latencyMs }
      tracks.set(trackKey(key, caller, pool.host), nextTrack(before.get(trackKey(key, caller, pool.host)), atMs, ofPool))
      for (const host of hosts)
        tracks.set(trackKey(key, caller, host.host), nextTrack(before.get(trackKey(key, caller, host.host)), atMs, host))
    }
  return tracks
}

interface Counts {
  readonly requests: number
  readonly failed: number
  readonly p50?: number
  readonly p99?: number
}

function nextTrack(before: Track | undefined, atMs: number, { requests, failed, p50, p99 }: Counts): Track {
  const now = { atMs, requests, failed }
  const seconds = before === undefined ? 0 : (atMs - before.atMs) / 1000
  if (before === undefined || seconds <= 0) return { ...now, points: before?.points ?? [] }
  const point: Point = {
    atMs,
    // A proxy that was restarted counts from zero.
    perSecond: Math.max(0, requests - before.requests) / seconds,
    failedPerSecond: Math.max(0, failed - before.failed) / seconds,
    ...(p50 !== undefined && p99 !== undefined && { p50, p99 }),
  }
  const kept = before.points.filter((earlier) => earlier.atMs > atMs - keptMs)
  return { ...now, points: [...kept, point] }
}

/** Of the last few seconds, so that a number stands still long enough to be read. */
export function rateNow(points: readonly Point[]): number {
  const last = points.slice(-8)
  return last.length === 0 ? 0 : last.reduce((sum, { perSecond }) => sum + perSecond, 0) / last.length
}
