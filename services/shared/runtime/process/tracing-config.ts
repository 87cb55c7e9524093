import { type Static, Type } from 'typebox'

/** OpenTelemetry's own variables, as far as the runtime reads them; the exporter reads more (headers, certificates, time-outs). */
export const tracingConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'collector that spans are sent to, by OTLP over HTTP; unset: nothing is traced' }),
  ),
  OTEL_TRACES_SAMPLER: Type.Enum(
    [
      'always_on',
      'always_off',
      'traceidratio',
      'ratelimited',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'parentbased_ratelimited',
    ],
    {
      default: 'parentbased_always_on',
      description: 'which traces are kept; parentbased: those that the caller keeps; ratelimited (not of OpenTelemetry): so many a second',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Optional(
    Type.Number({ minimum: 0, description: 'share of traces (1), or how many that begin alike are kept in each second (10)' }),
  ),
}

export type TracingConfig = Static<ReturnType<typeof Type.Object<typeof tracingConfig>>>
