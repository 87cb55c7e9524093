import { telemetryServices } from '../../../services/shared/contracts/deployment.ts'

const store = 'spans'
export const jaegerHealthPort = 13_133

/** Jaeger with a store of its own on disk. @param hours after which a trace is forgotten @param folder of its store */
export const jaegerConfig = (hours: number, folder: string): object => ({
  service: {
    extensions: ['healthcheckv2', 'jaeger_storage', 'jaeger_query'],
    pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
  },
  extensions: {
    healthcheckv2: { use_v2: true, http: { endpoint: `0.0.0.0:${jaegerHealthPort}` } },
    jaeger_storage: {
      backends: {
        [store]: {
          badger: {
            directories: { keys: `${folder}/keys`, values: `${folder}/values` },
            ephemeral: false,
            consistency: false,
            maintenance_interval: '5m',
            ttl: { spans: `${hours}h` },
          },
        },
      },
    },
    jaeger_query: { storage: { traces: store }, http: { endpoint: `0.0.0.0:${telemetryServices.traces.http}` } },
  },
  receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${telemetryServices.traces.grpc}` } } } },
  processors: { batch: {} },
  exporters: { jaeger_storage_exporter: { trace_storage: store } },
})
