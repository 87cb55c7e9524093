import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** How long answers took at a fixed rate. */
export interface Latency {
  /** As achieved: less than asked for when the machine cannot. */
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers other than 200. */
  readonly failed: number
}

export interface FixedRate {
  readonly url: string
  readonly requestsPerSecond: number
  readonly seconds: number
  readonly connections: number
}

/** What of fortio's result is read here. */
const Result = Type.Object({
  ActualQPS: Type.Number(),
  DurationHistogram: Type.Object({
    Count: Type.Integer(),
    Percentiles: Type.Array(Type.Object({ Percentile: Type.Number(), Value: Type.Number() })),
  }),
  RetCodes: Type.Record(Type.String(), Type.Integer()),
})

/**
 * Lets a `fortio server` send requests evenly spread over the time, whether or not answers come back in time: a load that waits for
 * slow answers would hide them. https://github.com/fortio/fortio#report-only-ui-and-rest-api
 * @param port of 127.0.0.1 at which that server answers
 */
export async function fortioLoad(port: number, load: FixedRate, signal: AbortSignal): Promise<Latency> {
  const query = new URLSearchParams({
    url: load.url,
    qps: String(load.requestsPerSecond),
    t: `${load.seconds}s`,
    c: String(load.connections),
    p: '50,99',
    // Seconds; of the histogram that percentiles are read from.
    r: '0.0001',
    uniform: 'on',
    nocatchup: 'on',
  })
  const deadline = AbortSignal.timeout(load.seconds * 1000 + 30_000)
  const answer = await fetch(`http://127.0.0.1:${port}/fortio/rest/run?${query}`, { signal: AbortSignal.any([signal, deadline]) })
  const result: unknown = await answer.json()
  if (!Value.Check(Result, result)) throw new Error(`fortio could not load ${load.url}: ${JSON.stringify(result).slice(0, 300)}`)
  return latency(result)
}

export function latency({ ActualQPS, DurationHistogram: { Count, Percentiles }, RetCodes }: Static<typeof Result>): Latency {
  const milliseconds = (share: number) => (Percentiles.find(({ Percentile }) => Percentile === share)?.Value ?? Number.NaN) * 1000
  return { requestsPerSecond: ActualQPS, p50Ms: milliseconds(50), p99Ms: milliseconds(99), failed: Count - (RetCodes['200'] ?? 0) }
}
