import type { Dashboard } from './dashboard.ts'

/** One number for a state, so that a breaker is one line: what a panel of states can draw. */
const stateNumber = ['closed', 'probation', 'overflow', 'ejected']
  .map((state, number) => `${number} * (breakwater_breaker_state{state="${state}"} == 1)`)
  .map((part) => `sum without (state) (${part})`)
  .join(' or ')

const ofDestination = '{{caller}} → {{destination}} {{subset}}'

export const breakers: Dashboard = {
  uid: 'breakwater-breakers',
  title: 'Breakwater: breakers',
  panels: [
    {
      title: 'Breakers: caller → host',
      kind: 'states',
      width: 24,
      queries: [{ expr: stateNumber, legend: '{{caller}} → {{host}} {{subset}}' }],
      states: {
        0: { text: 'closed', color: 'green' },
        1: { text: 'probation', color: 'yellow' },
        2: { text: 'overflow', color: 'orange' },
        3: { text: 'ejected', color: 'red' },
      },
    },
    {
      title: 'Hosts that are ejected, by how many callers',
      queries: [{ expr: 'host:breaker_ejecting_callers:sum', legend: '{{host}}' }],
    },
    {
      title: 'Share of hosts that a caller has ejected',
      unit: 'percentunit',
      queries: [{ expr: 'caller_destination:breaker_ejected_hosts:ratio', legend: ofDestination }],
    },
    {
      title: 'Requests refused by full pools',
      unit: 'reqps',
      queries: [{ expr: 'caller_destination:breaker_overflow:rate1m', legend: ofDestination }],
    },
    {
      title: 'Ejections in 10 minutes',
      queries: [{ expr: 'caller_destination:breaker_ejections:increase10m', legend: ofDestination }],
    },
    {
      title: 'From ejection to return (p90 of an hour)',
      unit: 's',
      queries: [{ expr: 'destination:breaker_return_seconds:p90_1h', legend: '{{destination}} {{subset}}' }],
    },
    {
      title: 'Failures by host, as its callers count them',
      unit: 'percentunit',
      queries: [{ expr: 'caller_host:breaker_failures:ratio1m', legend: '{{caller}} → {{host}} {{subset}}' }],
    },
    {
      title: 'Proxies that are read, and that do not answer',
      queries: [{ expr: 'breakwater_breaker_watched_proxies', legend: 'answers: {{answers}}' }],
    },
  ],
}
