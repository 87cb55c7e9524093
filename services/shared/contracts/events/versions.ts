import type { EventType } from './events.ts'

/** Data of one version → data of the next. Pure; never changed once events of the version exist. */
export type Upcaster = (data: Record<string, unknown>, envelope: { readonly time: string }) => Record<string, unknown>

interface Versions {
  /** Version of the schema in `eventSchemas`. */
  readonly current: number
  /** `upcasters[n]` makes version n + 1 out of version n. */
  readonly upcasters: Readonly<Record<number, Upcaster>>
}

/** Orders of version 1 were promised nothing; they are given up like those that came after them. */
const fifteenMinutes = 15 * 60_000

/** Event types that have had more than one version. All others have version 1 only. */
export const eventVersions: Readonly<Partial<Record<EventType, Versions>>> = {
  'orders.OrderPlaced': {
    current: 2,
    upcasters: {
      1: (data, { time }) => ({ ...data, respondBy: new Date(Date.parse(time) + fifteenMinutes).toISOString() }),
    },
  },
}
