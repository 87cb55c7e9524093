import { extentOf, type Recording, type TimeAxis } from './time-axis.ts'

/** What one interval of the axis shows; rates are per second. */
export interface Rate {
  /** Start of the interval and its length, ms relative to the axis's zero. */
  readonly atMs: number
  readonly forMs: number
  readonly sent: number
  readonly refused: number
  readonly failed: number
  readonly goodput: number
  /** Absent when nothing was answered, or nobody measured. */
  readonly p50Ms?: number
  readonly p99Ms?: number
}

interface Counted {
  readonly atMs: number
  readonly sent: number
  readonly ok: number
  readonly refused: number
  readonly failed: number
  readonly p50Ms?: number
  readonly p99Ms?: number
}

const lengths = [100, 200, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000]
const most = 50
/** Proxies are read about every tenth of a second: in shorter intervals, some would hold no reading and others two. */
const leastOfSamples = 250

/** One length for all recordings of a figure: a rate in one must mean the same in the other. */
export function intervalMs(recordings: readonly Recording[], { fromMs, toMs }: TimeAxis): number {
  const least = Math.max(...recordings.map(({ traffic }) => Math.max(0, ...traffic.map(({ binMs }) => binMs)) || leastOfSamples))
  return Math.max(least, lengths.find((length) => (toMs - fromMs) / length <= most && length >= least) ?? least)
}

/** Where the senders kept records, rates are theirs; otherwise they are what the proxies counted, before any retry. */
export function rates(recording: Recording, { zeroMs }: TimeAxis, forMs: number): Rate[] {
  const counted = recording.traffic.length > 0 ? ofTraffic(recording) : ofProxies(recording)
  const [fromMs, toMs] = extentOf(recording)
  const edges = edgesOf(fromMs - zeroMs, toMs - zeroMs, forMs)
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? end
    const isLast = index === edges.length - 2
    const within = counted.filter(({ atMs }) => (index === 0 || atMs - zeroMs >= start) && (isLast || atMs - zeroMs < end))
    return rateOf(within, start, end - start)
  })
}

/** Multiples of an interval's length, so that the fault begins one; what is left at both ends joins its neighbour when it is short. */
function edgesOf(fromMs: number, toMs: number, forMs: number): number[] {
  const first = Math.ceil((fromMs + forMs / 2) / forMs)
  const last = Math.floor((toMs - forMs / 2) / forMs)
  const inner = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * forMs)
  return [fromMs, ...inner, Math.max(toMs, fromMs + 1)]
}

function rateOf(all: readonly Counted[], atMs: number, forMs: number): Rate {
  const perSecond = (field: 'sent' | 'ok' | 'refused' | 'failed') => (all.reduce((sum, one) => sum + one[field], 0) / forMs) * 1000
  const timed = all.filter(({ p50Ms }) => p50Ms !== undefined)
  const weight = timed.reduce((sum, { ok }) => sum + Math.max(1, ok), 0)
  return {
    atMs,
    forMs,
    sent: perSecond('sent'),
    refused: perSecond('refused'),
    failed: perSecond('failed'),
    goodput: perSecond('ok'),
    // Percentiles of several senders cannot be joined exactly: the middle is weighted, of the slow ones the slowest is shown.
    ...(timed.length > 0 && { p50Ms: timed.reduce((sum, { p50Ms = 0, ok }) => sum + p50Ms * Math.max(1, ok), 0) / weight }),
    ...(timed.length > 0 && { p99Ms: Math.max(...timed.map(({ p99Ms = 0, p50Ms = 0 }) => Math.max(p99Ms, p50Ms))) }),
  }
}

const ofTraffic = ({ traffic }: Recording): Counted[] =>
  traffic.flatMap(({ bins, binMs }) => bins.map((bin) => ({ ...bin, atMs: bin.atMs + binMs / 2 })))

const ofProxies = ({ timeline }: Recording): Counted[] =>
  timeline.flatMap(({ samples }) =>
    samples.map(({ atMs, requests = 0, refused = 0, failed = 0 }) => ({
      atMs,
      sent: requests + refused,
      ok: requests - failed,
      refused,
      failed,
    })),
  )
