import { ConfigError } from './config.ts'
import type { TraceContext } from './trace-context.ts'
import type { TracingConfig } from './tracing-config.ts'

/** Which spans are sent. */
export interface Sampler {
  /** Whether a trace is kept. @param name of the span that begins @param parent what it goes on from */
  keeps(name: string, traceId: string, parent: TraceContext | undefined): boolean
  /** Whether a span that failed is sent by itself, of a trace that is not kept. */
  keepsFailed(name: string): boolean
}

type Keeps = Sampler['keeps']

/** Where OTEL_TRACES_SAMPLER_ARG is not set: all of a share, and so many traces a second. */
const defaults = { share: 1, perSecond: 10 }

/**
 * The samplers of OpenTelemetry by their names, and two that keep the first traces of each second, and what fails in the others.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 * @param now ms of a clock that never goes back
 * @throws ConfigError when a share is more than all
 */
export function samplerOf(
  { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: given }: TracingConfig,
  now: () => number = () => performance.now(),
): Sampler {
  switch (name) {
    case 'always_on':
      return wholly(all)
    case 'always_off':
      return wholly(none)
    case 'traceidratio':
      return wholly(share(given))
    case 'ratelimited':
      return rateLimited(given, now, unlessCallerKeeps)
    case 'parentbased_always_on':
      return wholly(parentBased(all))
    case 'parentbased_always_off':
      return wholly(parentBased(none))
    case 'parentbased_traceidratio':
      return wholly(parentBased(share(given)))
    case 'parentbased_ratelimited':
      return rateLimited(given, now, parentBased)
  }
}

const all: Keeps = () => true
const none: Keeps = () => false

/** Traces are sent as a whole, or not at all. */
const wholly = (keeps: Keeps): Sampler => ({ keeps, keepsFailed: () => false })

const parentBased =
  (root: Keeps): Keeps =>
  (name, traceId, parent) =>
    parent ? parent.sampled : root(name, traceId, parent)

/** A caller who does not keep a trace has decided nothing for us: so says the proxy at the edge of all that customers send. */
const unlessCallerKeeps =
  (own: Keeps): Keeps =>
  (name, traceId, parent) =>
    parent?.sampled || own(name, traceId, parent)

/** All that see a trace decide alike, by the last 56 bits of its id. https://www.w3.org/TR/trace-context-2/#random-trace-id-flag */
function share(of = defaults.share): Keeps {
  if (of > 1) throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG=${of} is no share of traces: 0.1 is a tenth, 1 is all.`)
  const bound = of * 2 ** 56
  return (_, traceId) => Number.parseInt(traceId.slice(-14), 16) < bound
}

/** When everything fails, the first of a second tell as much as all. */
const rateLimited = (perSecond = defaults.perSecond, now: () => number, withCaller: (root: Keeps) => Keeps): Sampler => ({
  keeps: withCaller(firstOfSecond(perSecond, now)),
  keepsFailed: firstOfSecond(perSecond, now),
})

/** Says yes to so many of each name in a second. Names are few; and who reads pages does not use up what orders have. */
function firstOfSecond(count: number, now: () => number): (name: string) => boolean {
  const seen = new Map<string, number>()
  let second = Number.NEGATIVE_INFINITY
  return (name) => {
    const current = Math.floor(now() / 1000)
    if (current !== second) seen.clear()
    second = current
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return before < count
  }
}
