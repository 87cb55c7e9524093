import type { Admin } from './admin.ts'

/** Sets runtime values; an empty one takes the override away. */
export async function modifyRuntime(admin: Admin, values: Readonly<Record<string, string>>): Promise<void> {
  const query = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  await admin('POST', `/runtime_modify?${query.join('&')}`)
}

/** Envoy's `/runtime`: every layer's value of a key, in the order of `layers`; `''` where a layer has none. */
interface RuntimeAnswer {
  readonly layers: readonly string[]
  readonly entries: Readonly<Record<string, { readonly layer_values: readonly string[] }>>
}

/** Envoy's `/runtime` → keys that somebody has set by hand: only `runtime_modify` writes the admin layer. */
export function parseOverrides(answer: string): string[] {
  const { layers, entries } = JSON.parse(answer) as RuntimeAnswer
  const layer = layers.indexOf('admin')
  return Object.entries(entries).flatMap(([key, { layer_values }]) => ((layer_values[layer] ?? '') === '' ? [] : [key]))
}

/** Keys of the runtime that somebody has set by hand. */
export const runtimeOverrides = async (admin: Admin): Promise<string[]> => parseOverrides(await admin('GET', '/runtime'))
