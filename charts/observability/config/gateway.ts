import type { ManagedTelemetry, Observability, TelemetryEndpoint } from '../../../cdk8s/settings/settings.ts'
import { telemetryHost, telemetryServices } from '../../../services/shared/contracts/deployment.ts'
import { collectorPorts, collectorTelemetry, memoryLimiter } from './collector-parts.ts'
import { scrapeConfigs } from './scrape.ts'

/** What the whole collector may have, in mebibytes. */
export const gatewayMemory = 320

/** By these VictoriaLogs keeps lines together. */
const streamFields = 'k8s.namespace.name,service.name,k8s.pod.name,k8s.container.name'

interface Part {
  readonly [section: string]: Readonly<Record<string, unknown>>
}
type Signal = 'logs' | 'traces' | 'metrics'

/** The collector that takes OTLP from services, proxies and nodes, and passes it on to the stores. */
export function gatewayConfig(observability: Observability): object {
  const { stores } = observability
  const { extensions, exporters, pipelines } = stores.kind === 'managed' ? managed(stores) : inCluster
  return {
    extensions: { health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` }, ...extensions },
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `0.0.0.0:${telemetryServices.collector.grpc}` },
          http: { endpoint: `0.0.0.0:${telemetryServices.collector.http}` },
        },
      },
      // Here too, because one that reads pods is enough, whoever keeps what it reads.
      prometheus: { config: { scrape_configs: scrapeConfigs(observability) } },
    },
    processors: { memory_limiter: memoryLimiter(gatewayMemory), batch: { timeout: '1s', send_batch_size: 512, send_batch_max_size: 2048 } },
    exporters,
    service: { extensions: ['health_check', ...Object.keys(extensions ?? {})], telemetry: collectorTelemetry, pipelines },
  }
}

/** A node's collector sends a line again until its store has it: so nothing waits here that could be lost. */
const passedOn = { sending_queue: { enabled: false } }
/** Spans come once. They wait for a store that is away, as many as fit. */
const queued = { sending_queue: { enabled: true, queue_size: 200 }, retry_on_failure: { enabled: true, max_elapsed_time: '120s' } }

const pipeline = (signal: Signal, exporter: string) => ({
  [signal]: {
    receivers: [signal === 'metrics' ? 'prometheus' : 'otlp'],
    processors: signal === 'traces' ? ['memory_limiter', 'batch'] : ['memory_limiter'],
    exporters: [exporter],
  },
})

const inCluster: Part = {
  exporters: {
    'otlp_http/logs': {
      logs_endpoint: `http://${telemetryHost('logs')}:${telemetryServices.logs.http}/insert/opentelemetry/v1/logs`,
      headers: { 'VL-Stream-Fields': streamFields },
      ...passedOn,
    },
    'otlp_grpc/traces': { endpoint: `${telemetryHost('traces')}:${telemetryServices.traces.grpc}`, tls: { insecure: true }, ...queued },
    // Names and labels as they were read. What is not read any more is gone soon, as it would be at Prometheus itself.
    prometheus: {
      endpoint: `0.0.0.0:${telemetryServices.collector.metrics}`,
      add_metric_suffixes: false,
      without_scope_info: true,
      metric_expiration: '1m',
    },
  },
  pipelines: {
    ...pipeline('logs', 'otlp_http/logs'),
    ...pipeline('traces', 'otlp_grpc/traces'),
    ...pipeline('metrics', 'prometheus'),
  },
}

function managed({ logs, traces, metrics }: ManagedTelemetry): Part {
  const signed = Object.entries({ logs, traces, metrics }).flatMap(([signal, { sigv4 }]) =>
    sigv4 ? [[`sigv4auth/${signal}`, sigv4] as const] : [],
  )
  const sender = (signal: Signal, { headers, sigv4 }: TelemetryEndpoint) => ({
    ...(headers && { headers }),
    ...(sigv4 && { auth: { authenticator: `sigv4auth/${signal}` } }),
  })
  return {
    extensions: Object.fromEntries(signed),
    exporters: {
      'otlp_http/logs': { logs_endpoint: logs.url, compression: 'gzip', ...sender('logs', logs), ...passedOn },
      'otlp_http/traces': { traces_endpoint: traces.url, compression: 'gzip', ...sender('traces', traces), ...queued },
      prometheusremotewrite: { endpoint: metrics.url, ...sender('metrics', metrics), resource_to_telemetry_conversion: { enabled: true } },
    },
    pipelines: {
      ...pipeline('logs', 'otlp_http/logs'),
      ...pipeline('traces', 'otlp_http/traces'),
      ...pipeline('metrics', 'prometheusremotewrite'),
    },
  }
}
