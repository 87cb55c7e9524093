import type { TSchema } from 'typebox'

/**
 * The same schema, in which no object has a property that it does not name. What people write must not be misspelt without a word; what is stored
 * may come from a newer release, and is read all the same.
 */
export function closedThroughout<Schema extends TSchema>(schema: Schema): Schema {
  // A schema is JSON: what comes back is the same JSON with one more rule for each object.
  return close(schema) as Schema
}

function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close)
  if (node === null || typeof node !== 'object') return node
  const closed = Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, close(inner)]))
  const isObject = closed.type === 'object' && !('additionalProperties' in closed)
  return isObject ? { ...closed, additionalProperties: false } : closed
}
