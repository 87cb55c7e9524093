import { inspect } from 'node:util'
import type { StateAt } from './moment.ts'

/** Long lists are only counted on; JSON has all of them. */
const listed = 10

/** A state for people to read: where in its life it is, then what it says. */
export function stateText(name: string, { version, since, state }: StateAt, last: number): string {
  const age = version === 0 ? 'before its first event' : `version ${version} of ${last}, since ${since}`
  return `${name}, ${age}\n${inspect(state, { depth: null, maxArrayLength: listed, breakLength: 120, compact: 2 })}\n`
}
