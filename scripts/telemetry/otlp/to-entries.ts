import { logEntry } from '../collect/log-entry.ts'
import type { LogEntry } from '../store/records.ts'
import { attributesOf, attributeValueOf, idOf, microsecondsOf, objectsOf, stringOf } from './attributes.ts'
import type { LogsRequest } from './json-shape.ts'

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber: four numbers a level, from 1 on. */
const severities = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
const severityOf = (number: unknown): string =>
  (typeof number === 'number' ? severities[Math.floor((number - 1) / 4)] : undefined) ?? 'info'

/** Records as they would stand in the common log. */
export const toEntries = ({ resourceLogs }: LogsRequest, now: () => number): readonly LogEntry[] =>
  objectsOf(resourceLogs).flatMap(({ resource, scopeLogs }) => {
    const of = attributesOf(resource?.attributes)
    const workload = stringOf(of['service.name']) || 'unknown_service'
    const replica = stringOf(of['service.instance.id']) || workload
    return objectsOf(scopeLogs).flatMap(({ logRecords }) =>
      objectsOf(logRecords).map((record) => {
        const timeUs = microsecondsOf(record.timeUnixNano) ?? microsecondsOf(record.observedTimeUnixNano)
        const body = attributeValueOf(record.body)
        const number = /-(\d+)$/.exec(replica)?.[1]
        const line = {
          ...attributesOf(record.attributes),
          workload,
          ...(number !== undefined && { replica: Number(number) }),
          container: 'app',
          time: new Date(timeUs === undefined ? now() : Math.floor(timeUs / 1000)).toISOString(),
          level: severityOf(record.severityNumber),
          msg: typeof body === 'string' ? body : JSON.stringify(body),
          trace_id: idOf(record.traceId, 32),
          span_id: idOf(record.spanId, 16),
        }
        return logEntry(JSON.stringify(line), { workload, replica }, now)
      }),
    )
  })
