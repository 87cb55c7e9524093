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
 * @param prefix of all names, `shop_`
 * @throws when a name has letters that Prometheus does not take, or belongs to a metric of another kind
 */
export function metricsIn(registry: Registry = new Registry(), prefix = '') {
  if (!/^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(prefix))
    throw new Error(`${JSON.stringify(prefix)} cannot begin the name of a metric: shop_ can`)
  const registers = [registry]
  // A name stands for one kind of metric with one set of labels, wherever it is made.
  const present = <Metric>(name: string, kind: abstract new (...options: never[]) => Metric): Metric | undefined => {
    const metric: unknown = registry.getSingleMetric(name)
    if (metric !== undefined && !(metric instanceof kind)) throw new Error(`the metric ${name} is there already, and no ${kind.name}`)
    return metric
  }
  const named = <Options extends { readonly name: string }>(options: Options): Options => ({ ...options, name: prefix + options.name })
  return {
    counter: <Label extends string = never>(options: CounterConfiguration<Label>): Counter<Label> =>
      present<Counter<Label>>(prefix + options.name, Counter) ?? new Counter({ ...named(options), registers }),
    gauge: <Label extends string = never>(options: GaugeConfiguration<Label>): Gauge<Label> =>
      present<Gauge<Label>>(prefix + options.name, Gauge) ?? new Gauge({ ...named(options), registers }),
    histogram: <Label extends string = never>(options: HistogramConfiguration<Label>): Histogram<Label> =>
      present<Histogram<Label>>(prefix + options.name, Histogram) ?? new Histogram({ ...named(options), registers }),
  }
}

/** Records of a service that were written to its dead letter topic, by whichever of its parts. */
export const parkedRecords = (service: string, registry?: Registry, prefix?: string): Counter.Internal =>
  metricsIn(registry, prefix)
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

/** Durations of calls to other services, by destination and outcome (a status, or why there was none). */
export const clientDurations = (register: Metrics): Histogram<'upstream' | 'outcome'> =>
  metricsIn(register).histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Time of a call through the mesh, to the end of its answer',
    labelNames: ['upstream', 'outcome'],
    buckets,
  })
