import { Value } from 'typebox/value'
import { Time } from './values.ts'

/**
 * RFC 3339 → ms since 1970; undefined for anything else, also for a day that is in no calendar: `Date.parse` makes 2 March of 30 February.
 */
export function parseInstant(text: string): number | undefined {
  // The standard lets a space stand for the T, the format does not.
  const time = Value.Check(Time, text.replace(/^(\S+) /, '$1T')) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
