import type { TelemetrySpecTracing } from '../cdk8s/imports/telemetry.istio.io.ts'
import type { Observability } from '../cdk8s/settings/settings.ts'

/** Of the mesh configuration (istio-observability.yaml). */
const provider = 'breakwater-collector'

const sides = [
  { mode: 'CLIENT', direction: 'outbound' },
  { mode: 'SERVER', direction: 'inbound' },
] as const

/**
 * Every proxy sends spans of the requests that it passes on, and so shows a workload that knows no tracing. Tags as on the laptop
 * (envoy/tracing.ts): which side of the proxy it was, and whose.
 */
export const tracing = ({ tracesPercent }: Pick<Observability, 'tracesPercent'>): TelemetrySpecTracing[] =>
  sides.map(({ mode, direction }) => ({
    match: { mode },
    providers: [{ name: provider }],
    randomSamplingPercentage: tracesPercent,
    // Who calls has decided already, or has not: the request's id says nothing about it.
    useRequestIdForTraceSampling: false,
    customTags: {
      'breakwater.proxy': { literal: { value: direction } },
      'service.instance.id': { environment: { name: 'POD_NAME' } },
    },
  }))
