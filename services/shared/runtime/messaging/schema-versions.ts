import type { Envelope } from '../../contracts/envelope.ts'
import type { DecodeFailure } from './record-codec.ts'

/** Data of one version → data of the next. */
export type Upcaster = (data: Record<string, unknown>, envelope: { readonly time: string }) => Record<string, unknown>

/** Event types that have had more than one version, by wire name; all others have version 1 only. `upcasters[n]` makes version n + 1 out of n. */
export type SchemaVersions = Readonly<
  Partial<Record<string, { readonly current: number; readonly upcasters: Readonly<Record<number, Upcaster>> }>>
>

/** The version that new events of a type are written in, and that schemas and deciders know. */
export const currentVersion = (versions: SchemaVersions, type: string): number => versions[type]?.current ?? 1

/** Data as written → data of the current version, or why there are none: written by a newer release, or no way up from its version. */
export function upcast(
  versions: SchemaVersions,
  { type, schemaVersion, time }: Pick<Envelope, 'type' | 'schemaVersion' | 'time'>,
  data: unknown,
): { readonly data: unknown } | DecodeFailure {
  const current = currentVersion(versions, type)
  if (schemaVersion > current) return { failure: 'VERSION_FROM_FUTURE', detail: `${type}@${schemaVersion}, known up to ${current}` }
  if (schemaVersion === current) return { data }
  if (!isObject(data)) return { failure: 'UPCAST_FAILED', detail: `${type}@${schemaVersion} is no object` }
  let risen = data
  for (let version = schemaVersion; version < current; version += 1) {
    const upcaster = versions[type]?.upcasters[version]
    if (!upcaster) return { failure: 'UPCASTER_MISSING', detail: `no way from ${type}@${version} to ${version + 1}` }
    try {
      risen = upcaster(risen, { time })
    } catch (error) {
      return { failure: 'UPCAST_FAILED', detail: `${type}@${version}: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  return { data: risen }
}

const isObject = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null && !Array.isArray(data)
