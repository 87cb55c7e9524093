import { breakingChanges, type JsonSchema } from './breaking-changes.ts'
import type { Comparison } from './comparison.ts'

/** Event type → version → its schema, as it was when events of that version were first written. */
export type RecordedEvents = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>

/** What the code says now. */
export interface DeclaredEvents {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly versions: Readonly<
    Record<string, { readonly current: number; readonly upcasters: Readonly<Record<number, unknown>> } | undefined>
  >
}

/** Recorded schemas + declared ones → what is broken, and what is still to be recorded. */
export function compareEvents(recorded: RecordedEvents, { schemas, versions }: DeclaredEvents): Comparison {
  const breaking: string[] = Object.keys(recorded)
    .filter((type) => !Object.hasOwn(schemas, type))
    .map((type) => `${type}: removed, but its events are in the log for ever`)
  const unrecorded: string[] = []
  for (const [type, schema] of Object.entries(schemas)) {
    const known = recorded[type] ?? {}
    const { current, upcasters } = versions[type] ?? { current: 1, upcasters: {} }
    for (const version of Object.keys(known).map(Number)) {
      if (version > current) breaking.push(`${type}@${version}: recorded, but the code only knows versions up to ${current}`)
    }
    for (let version = 1; version < current; version += 1) {
      if (!upcasters[version]) breaking.push(`${type}@${version}: no upcaster to version ${version + 1}`)
      if (!known[version]) breaking.push(`${type}@${version}: never recorded; a version is one more than the last`)
    }
    const last = known[current]
    if (last) breaking.push(...breakingChanges(last, schema, 'event').map((change) => `${type}@${current} ${change}`))
    if (JSON.stringify(last) !== JSON.stringify(schema)) unrecorded.push(`${type}@${current}`)
  }
  return { breaking, unrecorded }
}

/** The record with the declared schemas in it; historic versions stay as they are. */
export function recordEvents(recorded: RecordedEvents, { schemas, versions }: DeclaredEvents): RecordedEvents {
  return Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, { ...recorded[type], [versions[type]?.current ?? 1]: schema }]),
  )
}
