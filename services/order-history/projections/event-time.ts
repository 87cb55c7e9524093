import type { Envelope } from '../../shared/contracts/index.ts'

/** When an event was decided, written as the database gives it back: RFC 3339 in UTC with milliseconds. */
export const timeOf = ({ time }: Envelope): string => new Date(time).toISOString()

/** Its day in UTC. */
export const dayOf = (envelope: Envelope): string => timeOf(envelope).slice(0, 10)

/** The later of two times. */
export const later = (one: string | null, other: string): string => (one !== null && one > other ? one : other)
