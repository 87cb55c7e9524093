import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Breaker, BreakerName, BreakerState, HostBreaker, PoolBreaker } from '../breaker.ts'
import type { Look } from '../breaker-watch.ts'

/** What is seen of breakers, as metrics of Prometheus. */
export interface BreakerMetrics {
  observe(look: Look): void
  /** In Prometheus's text format, as of the last look. */
  text(): Promise<string>
}

const destinationLabels = ['caller', 'caller_namespace', 'destination', 'port', 'subset'] as const
const hostLabels = [...destinationLabels, 'host'] as const
const stateLabels = [...hostLabels, 'state'] as const

const hostStates: readonly BreakerState[] = ['closed', 'ejected', 'probation']
const poolStates: readonly BreakerState[] = ['closed', 'overflow']

/** Seconds; from a rule of an experiment to the longest ejection of Envoy's defaults. */
const buckets = [0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600]

const destinationOf = ({ caller, callerNamespace, hostname, port, subset }: BreakerName) => ({
  caller,
  caller_namespace: callerNamespace,
  destination: hostname,
  port: String(port),
  subset,
})

const hostOf = (breaker: BreakerName) => ({ ...destinationOf(breaker), host: breaker.host })

/** What is shown of breakers that are there now: one that is gone leaves no series behind. */
export function breakerMetrics(): BreakerMetrics {
  const registry = new Registry()
  const registers = [registry]
  const state = new Gauge({
    name: 'breakwater_breaker_state',
    help: "1 for the state that a caller's breaker for a host, or its pool, is in: closed, overflow, ejected, probation",
    labelNames: stateLabels,
    registers,
  })
  const seen = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `breakwater_breaker_${name}`, help, labelNames, registers })
  const requests = seen('requests_total', 'Requests that a caller sent to a host, retries included', hostLabels)
  const failures = seen('failures_total', 'Of these, those that failed as its breaker counts it', hostLabels)
  const overflow = seen('overflow_total', 'Requests that a pool refused because a limit was reached', hostLabels)
  const ejections = seen(
    'ejections_total',
    'Ejections of any host of a destination, as the proxy of the caller counts them',
    destinationLabels,
  )
  const hostEjections = seen('host_ejections_total', 'Times that a host was seen to be ejected', hostLabels)
  const returns = new Histogram({
    name: 'breakwater_breaker_return_seconds',
    help: 'From the ejection of a host to its return, as far as both were seen',
    labelNames: destinationLabels,
    buckets,
    registers,
  })
  const answering = new Gauge({
    name: 'breakwater_breaker_watched_proxies',
    help: 'Proxies that were read in the last round',
    labelNames: ['answers'],
    registers,
  })

  const showHost = (breaker: HostBreaker): void => {
    requests.inc(hostOf(breaker), breaker.requests)
    failures.inc(hostOf(breaker), breaker.failed)
  }
  const showPool = (breaker: PoolBreaker): void => {
    overflow.inc(hostOf(breaker), breaker.refused)
    ejections.inc(destinationOf(breaker), breaker.ejections)
  }
  const showState = (breaker: Breaker): void => {
    for (const one of breaker.kind === 'pool' ? poolStates : hostStates)
      state.set({ ...hostOf(breaker), state: one }, breaker.state === one ? 1 : 0)
  }

  return {
    observe: ({ breakers, changes, silent }) => {
      // These are the proxies' own numbers, and begin at zero where a proxy does.
      for (const metric of [state, requests, failures, overflow, ejections]) metric.reset()
      for (const breaker of breakers) {
        showState(breaker)
        if (breaker.kind === 'pool') showPool(breaker)
        else showHost(breaker)
      }
      for (const change of changes) {
        if (change.to === 'ejected') hostEjections.inc(hostOf(change))
        if (change.from === 'ejected' && change.lastedMs !== undefined) returns.observe(destinationOf(change), change.lastedMs / 1000)
      }
      const callers = new Set(breakers.map(({ caller, callerNamespace }) => `${callerNamespace}/${caller}`))
      answering.set({ answers: 'true' }, [...callers].filter((name) => !silent.includes(name.split('/')[1] ?? '')).length)
      answering.set({ answers: 'false' }, silent.length)
    },
    text: () => registry.metrics(),
  }
}
