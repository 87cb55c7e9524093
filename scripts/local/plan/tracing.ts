import type { Tracing } from '../../../mesh/envoy/input.ts'

/** Of the shop's own collector. */
export const collectorUrl = (port: number): string => `http://127.0.0.1:${port}`

/**
 * Where sidecars send spans and how many traces they begin, by OpenTelemetry's variables in our own environment. Services read the same ones.
 * @param collector the shop's own, where there is one; somebody else's in OTEL_EXPORTER_OTLP_ENDPOINT comes first
 * @returns undefined when nobody takes spans
 */
export function tracingOf(env: NodeJS.ProcessEnv, collector: string | undefined): Tracing | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || collector
  return endpoint === undefined ? undefined : { endpoint, samplingPercent: samplingPercent(env) }
}

/** A name or a number that OpenTelemetry does not know is refused by the services, which say so. */
function samplingPercent({ OTEL_TRACES_SAMPLER: sampler = '', OTEL_TRACES_SAMPLER_ARG: ratio = '1' }: NodeJS.ProcessEnv): number {
  if (sampler.endsWith('always_off')) return 0
  return sampler.endsWith('traceidratio') ? Math.min(1, Math.max(0, Number(ratio) || 0)) * 100 : 100
}
