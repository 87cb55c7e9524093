import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'

/** Of the record that ends a value in parts: its bytes, all together. */
const bytesHeader = 'bytes'
/** Occurs in no UTF-8 text: a part's key is never that of another record, so compaction does not take one for the other. */
const separator = 0xff

const chunkKey = (key: string, part: number): Buffer => Buffer.concat([Buffer.from(key), Buffer.of(separator), Buffer.from(String(part))])

/**
 * A record for a compacted topic → itself, or the same value in several records that are to be written together: numbered parts, and last,
 * under the key itself, the rest.
 * @param maxBytes of the value in each record
 */
export function chunks(record: OutgoingRecord & { readonly key: string; readonly value: string }, maxBytes: number): OutgoingRecord[] {
  if (Buffer.byteLength(record.value) <= maxBytes) return [record]
  const value = Buffer.from(record.value)
  const last = Math.ceil(value.length / maxBytes) - 1
  return Array.from({ length: last + 1 }, (_, part) => ({
    ...record,
    key: part < last ? chunkKey(record.key, part) : record.key,
    value: value.subarray(part * maxBytes, (part + 1) * maxBytes),
    ...(part === last && { headers: { ...record.headers, [bytesHeader]: String(value.length) } }),
  }))
}

/**
 * Puts values together again. Given the records of a compacted partition in order, it returns for each
 * the whole record; nothing for a part; or in words what is wrong: compaction may have taken parts of a value that a later record replaces.
 * Parts beyond those that a record needs are left from a longer value.
 */
export function chunkJoiner(): (record: LogRecord) => LogRecord | string | undefined {
  const parts = new Map<string, Map<number, Buffer | null>>()
  return (record) => {
    const { key, value, headers } = record
    if (key?.includes(separator)) {
      const at = key.lastIndexOf(separator)
      const whole = key.toString('utf8', 0, at)
      const known = parts.get(whole) ?? new Map<number, Buffer | null>()
      parts.set(whole, known)
      known.set(Number(key.toString('utf8', at + 1)), value)
      return undefined
    }
    const before = parts.get(String(key))
    parts.delete(String(key))
    const bytes = headers[bytesHeader]
    if (!value || !bytes) return record
    const slices: Buffer[] = [value]
    for (let part = 0, missing = Number(bytes) - value.length; missing > 0; part += 1) {
      const slice = before?.get(part)
      if (!slice) return `part ${part} is missing`
      slices.splice(part, 0, slice)
      missing -= slice.length
    }
    const joined = Buffer.concat(slices)
    return joined.length === Number(bytes) ? { ...record, value: joined } : `its parts have ${joined.length} bytes together, not ${bytes}`
  }
}
