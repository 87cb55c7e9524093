import type { Attributes, AttributeValue } from '../store/records.ts'
import type { AnyValue, KeyValue } from './json-shape.ts'
import { checkDepth } from './malformed-body.ts'

/** What may be anything → a list of objects; whatever is none is left out. */
export const objectsOf = <T extends object>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []

export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** OTLP's list of pairs → an object; of a name that comes twice the last. @throws MalformedBody */
export const attributesOf = (pairs: readonly KeyValue[] | undefined, depth = 0): Attributes =>
  Object.fromEntries(objectsOf(pairs).map(({ key, value }) => [stringOf(key), attributeValueOf(value, depth)]))

/** @throws MalformedBody when it is nested too deep */
export function attributeValueOf(value: AnyValue | undefined, depth = 0): AttributeValue {
  checkDepth(depth)
  if (typeof value !== 'object' || value === null) return null
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  // Beyond 2^53 a number would be another one.
  if (typeof intValue === 'string' || typeof intValue === 'number')
    return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : String(intValue)
  if (typeof doubleValue === 'number') return doubleValue
  if (arrayValue !== undefined) return objectsOf(arrayValue?.values).map((one) => attributeValueOf(one, depth + 1))
  if (kvlistValue !== undefined) return attributesOf(kvlistValue?.values, depth + 1)
  return typeof bytesValue === 'string' ? bytesValue : null
}

/** 64 bits as a text, or what JSON made of them → microseconds; undefined when it is no time, or none was given. */
export function microsecondsOf(nanoseconds: unknown): number | undefined {
  const isText = typeof nanoseconds === 'string' && /^[0-9]{1,20}$/.test(nanoseconds)
  const microseconds = isText ? Number(BigInt(nanoseconds) / 1000n) : typeof nanoseconds === 'number' ? Math.floor(nanoseconds / 1000) : 0
  return microseconds > 0 && Number.isSafeInteger(microseconds) ? microseconds : undefined
}

const zeros = /^0*$/

/** An id of so many hex digits, in small letters; undefined when it is none. */
export function idOf(value: unknown, digits: number): string | undefined {
  const id = stringOf(value).toLowerCase()
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !zeros.test(id) ? id : undefined
}
