import type { Json } from './input.ts'

/** An xDS file. Envoy reads it anew when another file is renamed onto it, and only then: `writeXds` does. */
export const fileSource = (path: string): Json => ({
  path_config_source: { path },
  resource_api_version: 'V3',
})
