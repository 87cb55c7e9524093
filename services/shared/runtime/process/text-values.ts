import type { TSchema } from 'typebox'

/** Exactly what JSON calls a number. (TypeBox's own conversion turns `1.5` into the integer 1 and an absent value into 0.) */
const number = /^-?(0|[1-9]\d*)(\.\d+)?$/

/**
 * Named texts (environment, query, path, headers) → the values that an object schema asks for, where they plainly are such values;
 * the rest stays text for the schema to refuse. One text where a list is asked for becomes a list of one.
 */
export function valuesOf(schema: TSchema, texts: unknown): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, TSchema> }
  return Object.fromEntries(
    Object.entries(Object(texts)).map(([name, text]) => [
      name,
      Object.hasOwn(properties, name) ? typedValue(properties[name], text) : text,
    ]),
  )
}

function typedValue(schema: TSchema | undefined, text: unknown): unknown {
  const { type, items } = (schema ?? {}) as { type?: string; items?: TSchema }
  if (type === 'array') return [text].flat().map((item) => typedValue(items, item))
  if (typeof text !== 'string') return text
  if ((type === 'integer' || type === 'number') && number.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
