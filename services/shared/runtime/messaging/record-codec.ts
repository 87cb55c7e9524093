import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Envelope } from '../../contracts/envelope.ts'
import type { LogRecord, OutgoingRecord, TopicPartition } from '../kafka/event-log.ts'

/** The largest value that is accepted, in bytes. Kafka's own limit (1 MiB) is per batch, and events carry more than their command. */
export const MAX_VALUE_BYTES = 128 * 1024

/** A record that is what its headers say. `data` is still to be held against the schema of its type. */
export interface RecordedEvent extends TopicPartition {
  readonly envelope: Envelope
  readonly data: unknown
  readonly offset: number
}

/** Why a record cannot be used. */
export type DecodeFailureCode =
  | 'HEADERS_INVALID'
  | 'KEY_INVALID'
  | 'KEY_MISPLACED'
  | 'VALUE_TOO_LARGE'
  | 'VALUE_NOT_JSON'
  | 'SCHEMA_MISMATCH'
  | 'VERSION_FROM_FUTURE'
  | 'UPCASTER_MISSING'
  | 'UPCAST_FAILED'

export interface DecodeFailure {
  readonly failure: DecodeFailureCode
  readonly detail: string
}

const envelopeSchema = Compile(Envelope)
const typeSchema = Compile(Envelope.properties.type)
const headerNames = Object.keys(Envelope.properties).filter((name) => name !== 'aggregateId')
const numbers: readonly string[] = ['schemaVersion', 'version', 'expectedVersion']

/** Records of this type can be read again. */
export const isTypeName = (type: string): boolean => typeSchema.Check(type)

/** What was to be written is nothing that could be read again. */
export class RecordInvalid extends Error {
  override readonly name = 'RecordInvalid'
  readonly code: DecodeFailureCode

  constructor({ failure, detail }: DecodeFailure) {
    super(detail)
    this.code = failure
  }
}

/**
 * Envelope → headers and key, data → JSON. Without `partition` the key decides where it goes.
 * @returns the record; or why nobody could read it: the envelope does not fit its schema, the data are no JSON, or they are too large
 */
export function tryEncodeRecord(topic: string, envelope: Envelope, data: unknown, partition?: number): OutgoingRecord | DecodeFailure {
  const value = toJson(data)
  if (typeof value !== 'string') return value
  const failure = unwritable(topic, envelope, value)
  if (failure) return failure
  const { aggregateId, ...rest } = envelope
  const headers = Object.fromEntries(
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  )
  return { topic, key: aggregateId, value, headers, ...(partition !== undefined && { partition }) }
}

/** The same for who cannot go on without the record. @throws RecordInvalid when nobody could read it */
export function encodeRecord(topic: string, envelope: Envelope, data: unknown, partition?: number): OutgoingRecord {
  const record = tryEncodeRecord(topic, envelope, data, partition)
  if (isDecodeFailure(record)) throw new RecordInvalid(record)
  return record
}

/** JSON has no word for some values: functions, BigInt, circles. */
function toJson(data: unknown): string | DecodeFailure {
  try {
    // Of what JSON leaves out, `stringify` makes undefined, whatever its type says.
    const value: string | undefined = JSON.stringify(data)
    return value ?? { failure: 'VALUE_NOT_JSON', detail: 'there are no data' }
  } catch (cause) {
    return { failure: 'VALUE_NOT_JSON', detail: cause instanceof Error ? cause.message : String(cause) }
  }
}

function unwritable(topic: string, envelope: Envelope, value: string): DecodeFailure | undefined {
  const { type } = envelope
  const bytes = Buffer.byteLength(value)
  if (bytes > MAX_VALUE_BYTES)
    return { failure: 'VALUE_TOO_LARGE', detail: `${type} for ${topic}: ${bytes} bytes, at most ${MAX_VALUE_BYTES}` }
  if (envelopeSchema.Check(envelope)) return undefined
  return { failure: 'HEADERS_INVALID', detail: `${type} for ${topic}: ${explain(envelopeSchema.Errors(envelope))}` }
}

/** Headers and key → envelope. Headers of others (tracing agents add some) are left out. */
export function decodeEnvelope(record: LogRecord): Envelope | DecodeFailure {
  if (record.key === null || record.key.length === 0) return { failure: 'KEY_INVALID', detail: 'the record has no key' }
  const fields: Record<string, unknown> = { aggregateId: record.key.toString() }
  for (const name of headerNames) {
    const header = record.headers[name]?.toString()
    if (header !== undefined) fields[name] = numbers.includes(name) && /^\d{1,15}$/.test(header) ? Number(header) : header
  }
  if (envelopeSchema.Check(fields)) return fields
  return { failure: 'HEADERS_INVALID', detail: explain(envelopeSchema.Errors(fields)) }
}

/** The whole record, its data as parsed JSON. */
export function decodeRecord(record: LogRecord): RecordedEvent | DecodeFailure {
  const envelope = decodeEnvelope(record)
  return 'failure' in envelope ? envelope : decodeData(record, envelope)
}

/** The same for a record whose envelope was decoded before. */
export function decodeData(record: LogRecord, envelope: Envelope): RecordedEvent | DecodeFailure {
  const { topic, partition, offset, value } = record
  if (value === null) return { failure: 'VALUE_NOT_JSON', detail: 'the record has no value' }
  if (value.length > MAX_VALUE_BYTES) return { failure: 'VALUE_TOO_LARGE', detail: `${value.length} bytes, at most ${MAX_VALUE_BYTES}` }
  try {
    return { envelope, data: JSON.parse(value.toString()), topic, partition, offset }
  } catch (cause) {
    return { failure: 'VALUE_NOT_JSON', detail: cause instanceof Error ? cause.message : String(cause) }
  }
}

export const isDecodeFailure = (decoded: object): decoded is DecodeFailure => 'failure' in decoded

/** Says why data does not fit, or nothing when it does. */
export type DataCheck = (type: string, data: unknown) => DecodeFailure | undefined

/** Compiles the schemas once. A type without schema does not fit either. */
export function dataCheck(schemas: Readonly<Record<string, TSchema>>): DataCheck {
  const compiled = new Map(Object.entries(schemas).map(([type, schema]) => [type, Compile(schema)]))
  return (type, data) => {
    const schema = compiled.get(type)
    if (!schema) return { failure: 'SCHEMA_MISMATCH', detail: `no schema for ${type}` }
    return schema.Check(data) ? undefined : { failure: 'SCHEMA_MISMATCH', detail: explain(schema.Errors(data)) }
  }
}

const explain = (errors: readonly { readonly instancePath: string; readonly message: string }[]): string =>
  errors
    .slice(0, 3)
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    .join('; ')
