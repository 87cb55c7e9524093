/**
 * Text of PostgreSQL → JavaScript, by type OID, where the two drivers differ (OIDs: `SELECT oid, typname FROM pg_type`).
 * BIGINT is a number (money in cents, offsets), NUMERIC stays text because it may be more exact than a number,
 * times are RFC 3339 in UTC with milliseconds, dates stay text.
 */
export const columnTypes: Readonly<Record<number, (text: string) => string | number>> = {
  20: safeInteger,
  1700: (text) => text,
  1184: (text) => new Date(text).toISOString(),
  1114: (text) => new Date(`${text}Z`).toISOString(),
  1082: (text) => text,
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The BIGINT ${text} is more than a number holds exactly.`)
  return value
}
