import type { RuleGroup } from './rule.ts'

/** What makes a breaker's destination: one of them for each caller. */
const destination = 'caller, caller_namespace, destination, port, subset'
const state = (name: string) => `breakwater_breaker_state{state="${name}"}`

export const breakerRecords: RuleGroup = {
  name: 'breaker-records',
  rules: [
    { record: 'caller_destination:breaker_hosts:count', expr: `count by (${destination}) (${state('ejected')})` },
    { record: 'caller_destination:breaker_ejected_hosts:sum', expr: `sum by (${destination}) (${state('ejected')})` },
    {
      record: 'caller_destination:breaker_ejected_hosts:ratio',
      expr: 'caller_destination:breaker_ejected_hosts:sum / caller_destination:breaker_hosts:count',
    },
    {
      record: 'host:breaker_ejecting_callers:sum',
      expr: `sum by (destination, port, subset, host) (${state('ejected')})`,
    },
    {
      record: 'caller_destination:breaker_overflow:rate1m',
      expr: `sum by (${destination}) (rate(breakwater_breaker_overflow_total[1m]))`,
    },
    {
      record: 'caller_destination:breaker_ejections:increase10m',
      expr: `sum by (${destination}) (increase(breakwater_breaker_ejections_total[10m]))`,
    },
    {
      record: 'destination:breaker_return_seconds:p90_1h',
      expr: 'histogram_quantile(0.9, sum by (le, destination, port, subset) (increase(breakwater_breaker_return_seconds_bucket[1h])))',
    },
    {
      record: 'caller_host:breaker_failures:ratio1m',
      expr: `sum by (${destination}, host) (rate(breakwater_breaker_failures_total[1m])) / (sum by (${destination}, host) (rate(breakwater_breaker_requests_total[1m])) > 0)`,
    },
  ],
}

export const breakerAlerts: RuleGroup = {
  name: 'breaker-alerts',
  rules: [
    {
      alert: 'BreakerEjectsHost',
      expr: 'host:breaker_ejecting_callers:sum > 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.host }} of {{ $labels.destination }} is ejected by {{ $value }} callers',
      description:
        'It has answered with errors again and again and gets no requests of these callers now. Look at its logs; it returns by itself when it answers.',
    },
    {
      alert: 'BreakerEjectsAllHosts',
      expr: 'caller_destination:breaker_ejected_hosts:ratio == 1',
      for: '15s',
      severity: 'critical',
      summary: '{{ $labels.caller }} has ejected all hosts of {{ $labels.destination }}',
      description:
        'Its requests are refused without being sent (flag UH). Look at the destination, or at a policy that ejects more than it should.',
    },
    {
      alert: 'BreakerOverflows',
      expr: 'caller_destination:breaker_overflow:rate1m > 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.caller }} refuses {{ $value | humanize }} requests a second to {{ $labels.destination }}',
      description:
        'Its pool for the destination is full (flag UO): the destination is slow, or the limits of its DestinationRule are too small for the traffic.',
    },
    {
      alert: 'BreakerEjectsAgainAndAgain',
      expr: 'caller_destination:breaker_ejections:increase10m > 5',
      severity: 'warning',
      summary: '{{ $labels.caller }} has ejected hosts of {{ $labels.destination }} {{ $value | humanize }} times in 10 minutes',
      description: 'A host returns, fails and is ejected again. It is not ill for a moment only: take it away.',
    },
    {
      alert: 'BreakersNotSeen',
      expr: 'breakwater_breaker_watched_proxies{answers="false"} > 0',
      for: '2m',
      severity: 'warning',
      summary: '{{ $value }} proxies do not tell the state of their breakers',
      description:
        'What is shown of their breakers is as it was last seen. Their pods hang, or nothing leads to their statistics any more.',
    },
  ],
}
