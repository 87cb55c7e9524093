/** Envoy's configuration in a JSON form of its protobuf messages. */
export type Json = Readonly<Record<string, unknown>>

/** Map keys such as `envoy.extensions.upstreams.http.v3.HttpProtocolOptions`, `@type` or header names are no field names. */
const fieldName = /^[a-z][a-zA-Z0-9]*$/

/** istioctl prints `maxConnections`; Envoy's manual, its own dump and mesh/envoy say `max_connections`. */
export function toSnakeCase(message: Json): Json {
  return Object.fromEntries(
    Object.entries(message)
      .map(([key, value]): [string, unknown] => [fieldName.test(key) ? snake(key) : key, convert(value)])
      .toSorted(([a], [b]) => a.localeCompare(b)),
  )
}

/** The one word of ours that begins with a digit, which has no capital: `consecutive5xx`. */
const snake = (key: string): string => key.replace(/[A-Z]|5xx$/g, (start) => `_${start.toLowerCase()}`)

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert)
  return typeof value === 'object' && value !== null ? toSnakeCase(value as Json) : value
}
