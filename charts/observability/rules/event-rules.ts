import type { RuleGroup } from './rule.ts'

export const eventRecords: RuleGroup = {
  name: 'event-records',
  rules: [
    { record: 'saga_outcome:saga:rate5m', expr: 'sum by (saga, outcome) (rate(saga_duration_seconds_count[5m]))' },
    {
      record: 'saga:saga_duration_seconds:p50_5m',
      expr: 'histogram_quantile(0.5, sum by (le, saga) (rate(saga_duration_seconds_bucket[5m])))',
    },
    {
      record: 'saga:saga_duration_seconds:p99_5m',
      expr: 'histogram_quantile(0.99, sum by (le, saga) (rate(saga_duration_seconds_bucket[5m])))',
    },
    { record: 'group_topic:consumer_lag_records:sum', expr: 'sum by (group, topic) (consumer_lag_records)' },
    { record: 'service:commands_decided:rate1m', expr: 'sum by (service) (rate(commands_decided_total[1m]))' },
    { record: 'service:quarantined_commands:sum', expr: 'sum by (service) (commands_quarantined)' },
    // Every replica reads all dead letters of its service.
    { record: 'service:quarantined_events:max', expr: 'max by (service) (events_quarantined)' },
    { record: 'service:outbox_age_seconds:max', expr: 'max by (service) (projection_outbox_age_seconds)' },
  ],
}

export const eventAlerts: RuleGroup = {
  name: 'event-alerts',
  rules: [
    {
      alert: 'SagasAreSlow',
      expr: 'saga:saga_duration_seconds:p99_5m > 30',
      for: '5m',
      severity: 'warning',
      summary: 'One {{ $labels.saga }} in a hundred takes longer than {{ $value | humanizeDuration }}',
      description:
        'A service that takes part answers late or not at all. Look at the consumer lag: the group that is behind is where orders wait.',
    },
    {
      alert: 'ConsumerIsBehind',
      expr: 'min_over_time(group_topic:consumer_lag_records:sum[5m]) > 0',
      severity: 'warning',
      summary: '{{ $labels.group }} has not caught up with {{ $labels.topic }} for 5 minutes; {{ $value }} records at least',
      description: 'It is slower than what comes, or stands still at one record. Its log names the batch that comes again.',
    },
    {
      alert: 'OutboxIsOld',
      expr: 'service:outbox_age_seconds:max > 60',
      for: '1m',
      severity: 'warning',
      summary: 'Changes of {{ $labels.service }} have waited {{ $value | humanizeDuration }} for their way into the change feed',
      description: 'Kafka does not take them, or nobody relays them. Nothing is lost; who follows the feed is late.',
    },
    {
      alert: 'CommandsInQuarantine',
      expr: 'service:quarantined_commands:sum > 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $value }} commands of {{ $labels.service }} wait in quarantine',
      description:
        'One could not be decided, and those of the same aggregate wait behind it. npx breakwater events dlq shows why, and sends it again.',
    },
    {
      alert: 'EventsInQuarantine',
      expr: 'service:quarantined_events:max > 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $value }} events wait among the dead letters of {{ $labels.service }}',
      description:
        'It could not handle one, and those of the same key wait behind it. npx breakwater events dlq shows why, and sends it again.',
    },
    {
      alert: 'RecordsParked',
      expr: 'sum by (service) (increase(records_parked_total[10m])) > 0',
      severity: 'warning',
      summary: '{{ $labels.service }} has parked records',
      description: 'They are in its dead letter topic, with the reason: npx breakwater events dlq.',
    },
    {
      alert: 'ProjectionStandsStill',
      expr: 'projection_failing == 1',
      for: '1m',
      severity: 'critical',
      summary: 'The projection {{ $labels.projection }} cannot apply an event',
      description: 'Its rows are as they were; events wait. The log of its service names the record and what the database answered.',
    },
  ],
}
