import type { NegativeControl, RunEvent, Series, Traffic } from '../result.ts'

/** What a run, or its control, shows over time. */
export interface Recording {
  readonly timeline: readonly Series[]
  readonly events: readonly RunEvent[]
  readonly traffic: readonly Traffic[]
}

/** The time axis of one recording: percent of the width, from ms since `startedAt`. */
export interface TimeAxis {
  /** The moment that the axis calls 0 s. */
  readonly zeroMs: number
  /** Ends of the axis, relative to `zeroMs`. */
  readonly fromMs: number
  readonly toMs: number
  percent(atMs: number): number
}

export const recordingOf = ({ timeline = [], events = [], traffic = [] }: Partial<Recording> | NegativeControl): Recording => ({
  timeline,
  events,
  traffic,
})

export const isEmpty = ({ timeline, traffic }: Recording): boolean =>
  timeline.every(({ samples }) => samples.length === 0) && traffic.every(({ bins }) => bins.length === 0)

/** Recordings → axes of one length on which their first events, or else their first moments, are one below the other. */
export function timeAxes(recordings: readonly Recording[]): TimeAxis[] {
  const known = recordings.map((recording) => {
    const [first, last] = extentOf(recording)
    const zeroMs = recording.events[0]?.atMs ?? first
    return { zeroMs, first: first - zeroMs, last: last - zeroMs }
  })
  const fromMs = Math.min(...known.map(({ first }) => first))
  const toMs = Math.max(...known.map(({ last }) => last), fromMs + 1)
  return known.map(({ zeroMs }) => ({
    zeroMs,
    fromMs,
    toMs,
    percent: (atMs) => Math.min(100, Math.max(0, ((atMs - zeroMs - fromMs) / (toMs - fromMs)) * 100)),
  }))
}

/** First and last moment of a recording, ms since `startedAt`. */
export function extentOf(recording: Recording): [number, number] {
  const times = timesOf(recording)
  return times.length === 0 ? [0, 0] : [Math.min(...times), Math.max(...times)]
}

const timesOf = ({ timeline, traffic }: Recording): number[] => [
  ...timeline.flatMap(({ samples }) => [samples[0], samples.at(-1)].flatMap((sample) => sample?.atMs ?? [])),
  ...traffic.flatMap(({ bins, binMs }) => [bins[0]?.atMs, bins.at(-1) && (bins.at(-1)?.atMs ?? 0) + binMs].flatMap((at) => at ?? [])),
]

const steps = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000]

/** Moments to name on an axis, relative to its zero: few enough that their names do not touch on a phone. */
export function ticks({ fromMs, toMs }: Pick<TimeAxis, 'fromMs' | 'toMs'>, most = 6): number[] {
  const step = steps.find((candidate) => (toMs - fromMs) / candidate <= most) ?? 3_600_000
  const first = Math.ceil(fromMs / step)
  return Array.from({ length: Math.max(1, Math.floor(toMs / step) - first + 1) }, (_, index) => (first + index) * step)
}

/** `1.2 s`, `−0.5 s` */
export const seconds = (ms: number): string => `${String(Math.round(ms / 100) / 10).replace('-', '−')} s`

/** For attributes: a tenth of a percent is less than a pixel. */
export const fixed = (value: number): string => String(Math.round(value * 100) / 100)
