import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client'

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

/**
 * Makes metrics in a registry. One of a name that is there already is returned as it is: whoever counts the same thing in one process shares it.
 * Without a registry the numbers are counted and shown nowhere.
 */
export function metricsIn(registry: Registry = new Registry()) {
  const registers = [registry]
  // A name stands for one kind of metric with one set of labels, wherever it is made.
  const present = <Metric>(name: string): Metric | undefined => registry.getSingleMetric(name) as Metric | undefined
  return {
    counter: <Label extends string = never>(options: CounterConfiguration<Label>): Counter<Label> =>
      present<Counter<Label>>(options.name) ?? new Counter({ ...options, registers }),
    gauge: <Label extends string = never>(options: GaugeConfiguration<Label>): Gauge<Label> =>
      present<Gauge<Label>>(options.name) ?? new Gauge({ ...options, registers }),
    histogram: <Label extends string = never>(options: HistogramConfiguration<Label>): Histogram<Label> =>
      present<Histogram<Label>>(options.name) ?? new Histogram({ ...options, registers }),
  }
}

/** Records of a service that were written to its dead letter topic, by whichever of its parts. */
export const parkedRecords = (service: string, registry?: Registry): Counter.Internal =>
  metricsIn(registry)
    .counter({ name: 'records_parked_total', help: 'Records put into the dead letter topic', labelNames: ['service'] })
    .labels({ service })

/** Seconds; from a cache hit to the longest timeout of the mesh. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Durations of answered requests, by method, route pattern and status. */
export const serverDurations = (register: Metrics): Histogram<'method' | 'route' | 'status'> =>
  metricsIn(register).histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets,
  })

/** Durations of calls to other services, by callee and outcome (a status, or why there was none). */
export const clientDurations = (register: Metrics): Histogram<'upstream' | 'outcome'> =>
  metricsIn(register).histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Time of a call through the mesh, to the end of its answer',
    labelNames: ['upstream', 'outcome'],
    buckets,
  })
