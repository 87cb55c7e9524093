import type { Tracing } from '../../../mesh/envoy/input.ts'

/** Of the shop's own collector. */
export const collectorUrl = (port: number): string => `http://127.0.0.1:${port}`

/** Every order that somebody places is traced, and thousands of them do not cost the machine a tenth of what it can do. */
const usual = 'parentbased_ratelimited'

/**
 * Where sidecars send spans and how many traces they begin, by OpenTelemetry's variables in our own environment. Services read the same ones.
 * @param collector the shop's own, where there is one; somebody else's in OTEL_EXPORTER_OTLP_ENDPOINT comes first
 * @returns undefined when nobody takes spans
 */
export function tracingOf(env: NodeJS.ProcessEnv, collector: string | undefined): Tracing | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || collector
  if (endpoint === undefined) return undefined
  return { endpoint, samplingPercent: samplingPercent(env), ...(isRateLimited(env) && { edgeSamplingPercent: 0 }) }
}

/**
 * Which traces a service keeps.
 * @param edge customers reach it: Envoy cannot keep so many a second, so the service does it where their requests come in
 */
export function samplingOf(env: NodeJS.ProcessEnv, edge: boolean): Record<string, string> {
  const { OTEL_TRACES_SAMPLER_ARG: arg } = env
  return { OTEL_TRACES_SAMPLER: isRateLimited(env) && edge ? 'ratelimited' : samplerIn(env), ...(arg && { OTEL_TRACES_SAMPLER_ARG: arg }) }
}

const samplerIn = ({ OTEL_TRACES_SAMPLER: sampler }: NodeJS.ProcessEnv): string => sampler || usual

const isRateLimited = (env: NodeJS.ProcessEnv): boolean => samplerIn(env) === usual

/** A name or a number that OpenTelemetry does not know is refused by the services, which say so. */
function samplingPercent(env: NodeJS.ProcessEnv): number {
  const sampler = samplerIn(env)
  if (sampler.endsWith('always_off')) return 0
  return sampler.endsWith('traceidratio') ? Math.min(1, Math.max(0, Number(env.OTEL_TRACES_SAMPLER_ARG || 1) || 0)) * 100 : 100
}
