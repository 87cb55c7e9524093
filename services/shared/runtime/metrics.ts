import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** Where metrics are collected; `/metrics` prints it. */
export type Metrics = Registry

/** A registry with Node's own metrics, each labelled with service and pod. */
export function createMetrics({ service, pod }: { service: string; pod: string }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service, pod })
  // Event loop lag is sampled by a timer: at the default of 10 ms an idle process would wake 100 times a second for it.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 })
  return registry
}

/** Seconds; from a cache hit to the longest timeout of the mesh. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Durations of answered requests, by method, route pattern and status. */
export const serverDurations = (register: Metrics): Histogram<'method' | 'route' | 'status'> =>
  new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [register],
  })

/** Durations of calls to other services, by callee and outcome (a status, or why there was none). */
export const clientDurations = (register: Metrics): Histogram<'upstream' | 'outcome'> =>
  new Histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Time of a call through the mesh, to the end of its answer',
    labelNames: ['upstream', 'outcome'],
    buckets,
    registers: [register],
  })
