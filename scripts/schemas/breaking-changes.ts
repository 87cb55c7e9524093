/** JSON Schema as TypeBox writes it: `type`, `properties`, `required`, `items`, `anyOf`, `const` and bounds. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Readers of events rely on the fields that were always there; a decider only has to accept the commands that are on their way to it. */
export type Message = 'event' | 'command'

/** Raising one of these, or adding it, refuses data that fitted before. */
const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems']
/** The same for lowering one of these. */
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems']
/** May be dropped; anything else is another language. */
const filters = ['pattern', 'format', 'additionalProperties']
const compared = new Set([...lowerBounds, ...upperBounds, ...filters, 'properties', 'required', 'items', 'description', 'title', 'default'])

/**
 * What would break: data that fit `recorded` and not `now`, or, of an event, a field that readers relied on and no longer have.
 * A new optional field, another alternative and a wider bound break nothing, as long as readers are deployed before writers.
 * @returns one sentence each, with the place; none when nothing breaks
 */
export function breakingChanges(recorded: JsonSchema, now: JsonSchema, message: Message, place = ''): string[] {
  if (recorded.anyOf !== undefined || now.anyOf !== undefined) return alternatives(recorded, now, message, place)
  const at = place || '/'
  return [
    ...Object.keys({ ...recorded, ...now })
      .filter((keyword) => !compared.has(keyword) && !same(recorded[keyword], now[keyword]))
      .filter((keyword) => message === 'event' || !isWider(keyword, recorded[keyword], now[keyword]))
      .map((keyword) => `${at}: ${keyword} changed from ${show(recorded[keyword])} to ${show(now[keyword])}`),
    ...lowerBounds
      .filter((bound) => number(now[bound], -Infinity) > number(recorded[bound], -Infinity))
      .map((bound) => `${at}: ${bound} rose`),
    ...upperBounds
      .filter((bound) => number(now[bound], Infinity) < number(recorded[bound], Infinity))
      .map((bound) => `${at}: ${bound} fell`),
    ...filters
      .filter((filter) => now[filter] !== undefined && now[filter] !== true && !same(recorded[filter], now[filter]))
      .map((filter) => `${at}: ${filter} became ${show(now[filter])}`),
    ...fields(recorded, now, message, place),
    ...items(recorded, now, message, place),
  ]
}

/** The keyword lets through whatever it let through before. */
function isWider(keyword: string, was: unknown, is: unknown): boolean {
  if (is === undefined) return ['type', 'const', 'enum'].includes(keyword)
  if (keyword === 'type') return was === 'integer' && is === 'number'
  return keyword === 'enum' && Array.isArray(was) && Array.isArray(is) && was.every((value) => is.includes(value))
}

function fields(recorded: JsonSchema, now: JsonSchema, message: Message, place: string): string[] {
  const before = propertiesOf(recorded)
  const after = propertiesOf(now)
  return Object.keys({ ...before, ...after }).flatMap((name) => {
    const [was, is] = [before[name], after[name]]
    const at = `${place}/${name}`
    if (!was) return isRequired(now, name) ? [`${at}: new and required`] : []
    if (!is) return message === 'event' ? [`${at}: removed`] : leftOver(was, now.additionalProperties, at)
    if (message === 'event' && isRequired(recorded, name) && !isRequired(now, name)) return [`${at}: no longer always there`]
    if (!isRequired(recorded, name) && isRequired(now, name)) return [`${at}: became required`]
    return breakingChanges(was, is, message, at)
  })
}

/** A field that commands on their way still have, and that the schema no longer names: it passes unless other fields are restricted. */
function leftOver(was: JsonSchema, others: unknown, at: string): string[] {
  if (others === false) return [`${at}: removed, and no other fields are allowed`]
  return isSchema(others) ? breakingChanges(was, others, 'command', at) : []
}

function items(recorded: JsonSchema, now: JsonSchema, message: Message, place: string): string[] {
  const [was, is] = [recorded.items, now.items]
  if (isSchema(was) && isSchema(is)) return breakingChanges(was, is, message, `${place}/[]`)
  return is === undefined || same(was, is) ? [] : [`${place || '/'}: items became ${show(is)}`]
}

function alternatives(recorded: JsonSchema, now: JsonSchema, message: Message, place: string): string[] {
  const offered = alternativesOf(now)
  return alternativesOf(recorded)
    .filter((was) => offered.every((is) => breakingChanges(was, is, message, place).length > 0))
    .map((was) => `${place || '/'}: ${show(was.const ?? was)} is no longer possible`)
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value)
const alternativesOf = (schema: JsonSchema): JsonSchema[] => (Array.isArray(schema.anyOf) ? schema.anyOf.filter(isSchema) : [schema])
const propertiesOf = ({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  isSchema(properties)
    ? Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])))
    : {}
const isRequired = ({ required }: JsonSchema, name: string): boolean => Array.isArray(required) && required.includes(name)
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)
const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
const same = (a: unknown, b: unknown): boolean => show(a) === show(b)
