import type { Dashboard } from './dashboard.ts'

export const orders: Dashboard = {
  uid: 'breakwater-orders',
  title: 'Breakwater: orders and events',
  panels: [
    {
      title: 'Sagas that ended, by outcome',
      unit: 'reqps',
      queries: [{ expr: 'saga_outcome:saga:rate5m', legend: '{{saga}} {{outcome}}' }],
    },
    {
      title: 'From placing to outcome',
      unit: 's',
      queries: [
        { expr: 'saga:saga_duration_seconds:p50_5m', legend: '{{saga}} p50' },
        { expr: 'saga:saga_duration_seconds:p99_5m', legend: '{{saga}} p99' },
      ],
    },
    {
      title: 'Commands decided',
      unit: 'reqps',
      queries: [{ expr: 'service:commands_decided:rate1m', legend: '{{service}}' }],
    },
    {
      title: 'Consumer lag, in records',
      queries: [{ expr: 'group_topic:consumer_lag_records:sum', legend: '{{group}}: {{topic}}' }],
    },
    {
      title: 'In quarantine',
      queries: [
        { expr: 'service:quarantined_commands:sum', legend: '{{service}}: commands' },
        { expr: 'service:quarantined_events:max', legend: '{{service}}: events' },
      ],
    },
    {
      title: 'Age of the outbox',
      unit: 's',
      queries: [{ expr: 'service:outbox_age_seconds:max', legend: '{{service}}' }],
    },
    {
      title: 'Time of a transaction (p99)',
      unit: 's',
      queries: [
        {
          expr: 'histogram_quantile(0.99, sum by (le, service) (rate(event_transaction_seconds_bucket[5m])))',
          legend: '{{service}}: commands',
        },
        {
          expr: 'histogram_quantile(0.99, sum by (le, service) (rate(projection_transaction_seconds_bucket[5m])))',
          legend: '{{service}}: rows',
        },
      ],
    },
    { title: 'Projections that stand still', queries: [{ expr: 'projection_failing', legend: '{{projection}}' }] },
  ],
}
