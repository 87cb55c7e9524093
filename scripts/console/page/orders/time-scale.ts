/** A stretch of time that nothing happens in, and that is drawn shorter than it is. */
export interface Gap {
  readonly fromMs: number
  readonly toMs: number
}

export interface TimeScale {
  /** Time → px. */
  x(atMs: number): number
  /** px → time. */
  at(x: number): number
  readonly gaps: readonly Gap[]
  readonly beginMs: number
  readonly endMs: number
}

/** px of a gap. */
const gapWidth = 56
/** A pause that is shorter is no story of its own. */
const leastGapMs = 10_000
/** A longer one is left out when it takes more than this share of all. */
const shareOfAll = 0.5

/** Moments, and the px that there is for them → where each time lies. A long pause between two of them is cut out. */
export function timeScale(times: readonly number[], width: number): TimeScale {
  const sorted = times.toSorted((one, other) => one - other)
  const beginMs = sorted[0] ?? 0
  const endMs = Math.max(sorted.at(-1) ?? 0, beginMs + 1)
  const gaps = gapsIn(sorted)
  const shownMs = endMs - beginMs - gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const perMs = Math.max(1, width - gaps.length * gapWidth) / Math.max(1, shownMs)
  const stretches: Stretch[] = []
  for (const { fromMs, toMs } of [...gaps, { fromMs: endMs, toMs: endMs }]) {
    const before = stretches.at(-1) ?? { toMs: beginMs, toX: 0 }
    const toX = before.toX + (fromMs - before.toMs) * perMs
    stretches.push({ fromMs: before.toMs, toMs: fromMs, fromX: before.toX, toX })
    if (toMs > fromMs) stretches.push({ fromMs, toMs, fromX: toX, toX: toX + gapWidth })
  }
  const last = stretches.at(-1)
  const within = (value: number, [from, to]: readonly [number, number], [fromOut, toOut]: readonly [number, number]): number =>
    to === from ? fromOut : fromOut + ((value - from) / (to - from)) * (toOut - fromOut)
  return {
    gaps,
    beginMs,
    endMs,
    x: (atMs) => {
      const stretch = stretches.find(({ toMs }) => atMs <= toMs) ?? last
      return stretch ? within(atMs, [stretch.fromMs, stretch.toMs], [stretch.fromX, stretch.toX]) : 0
    },
    at: (x) => {
      const stretch = stretches.find(({ toX }) => x <= toX) ?? last
      return stretch ? within(x, [stretch.fromX, stretch.toX], [stretch.fromMs, stretch.toMs]) : beginMs
    },
  }
}

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly fromX: number
  readonly toX: number
}

function gapsIn(sorted: readonly number[]): Gap[] {
  const allMs = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)
  return sorted.slice(1).flatMap((toMs, index) => {
    const fromMs = sorted[index] ?? toMs
    const pauseMs = toMs - fromMs
    return pauseMs >= leastGapMs && pauseMs > allMs * shareOfAll ? [{ fromMs, toMs }] : []
  })
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000]
const pxOfTick = 76

/** Round times since the beginning that are far enough from each other, and not in a gap. */
export function ticksOf(scale: TimeScale, width: number): readonly { readonly afterMs: number; readonly x: number }[] {
  const { beginMs, endMs, gaps } = scale
  const shownMs = endMs - beginMs - gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const step = steps.find((ms) => (ms / shownMs) * width >= pxOfTick) ?? 3_600_000
  const ticks: { afterMs: number; x: number }[] = []
  for (let afterMs = 0; afterMs <= endMs - beginMs && ticks.length < 100; afterMs += step) {
    const gap = gaps.find(({ fromMs, toMs }) => beginMs + afterMs > fromMs && beginMs + afterMs < toMs)
    // Behind a gap it goes on with the next round time.
    if (gap) afterMs = Math.ceil((gap.toMs - beginMs) / step) * step
    const x = scale.x(beginMs + afterMs)
    if (beginMs + afterMs <= endMs && x - (ticks.at(-1)?.x ?? Number.NEGATIVE_INFINITY) >= pxOfTick * 0.8) ticks.push({ afterMs, x })
  }
  return ticks
}
