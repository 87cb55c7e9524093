import { breakingChanges, type JsonSchema } from './breaking-changes.ts'
import type { Comparison } from './comparison.ts'

/** Version of the API → its OpenAPI document. */
export type ApiDocuments = Readonly<Record<string, JsonSchema>>

/**
 * Recorded documents + those of the code → what would break who calls the API as it was recorded, and what is still to be recorded.
 * New routes, parameters and properties that may be left out, wider bounds of what is sent, and narrower ones of what is answered break nobody.
 */
export function compareApis(recorded: ApiDocuments, declared: ApiDocuments): Comparison {
  const breaking = Object.entries(recorded).flatMap(([version, was]) => {
    const is = declared[version]
    return is ? compareOperations(operationsOf(was), operationsOf(is)) : [`${version}: removed`]
  })
  const unrecorded = Object.keys(declared).filter((version) => JSON.stringify(recorded[version]) !== JSON.stringify(declared[version]))
  return { breaking, unrecorded }
}

/** `GET /v1/orders/{id}` → the operation. */
const operationsOf = ({ paths }: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(record(paths)).flatMap(([path, item]) =>
      Object.entries(record(item)).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, record(operation)]),
    ),
  )

function compareOperations(before: Readonly<Record<string, JsonSchema>>, after: Readonly<Record<string, JsonSchema>>): string[] {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = after[name]
    if (!is) return [`${name}: removed`]
    const changes = [...parameters(was, is), ...body(was, is), ...answers(was, is), ...access(was, is)]
    if (was.operationId !== is.operationId) changes.push(`operationId became ${is.operationId}: generated clients call it by name`)
    return changes.map((change) => `${name}: ${change}`)
  })
}

function parameters(was: JsonSchema, is: JsonSchema): string[] {
  const [before, after] = [parametersOf(was), parametersOf(is)]
  return Object.keys({ ...before, ...after }).flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (!now) return [`${name}: removed`]
    if (!old) return now.required === true ? [`${name}: new and required`] : []
    if (old.required !== true && now.required === true) return [`${name}: became required`]
    return breakingChanges(record(old.schema), record(now.schema), 'command').map((change) => `${name}: ${change}`)
  })
}

/** `query limit` → the parameter. */
const parametersOf = ({ parameters = [] }: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(list(parameters).map((one) => [`${one.in} ${one.name}`, one]))

function body(was: JsonSchema, is: JsonSchema): string[] {
  const [old, now] = [record(was.requestBody), record(is.requestBody)]
  if (was.requestBody === undefined) return now.required === true ? ['body: new and required'] : []
  if (is.requestBody === undefined) return ['body: removed']
  return breakingChanges(jsonOf(old), jsonOf(now), 'command').map((change) => `body: ${change}`)
}

/** Each answer that is no refusal: who reads it relies on what was recorded. */
function answers(was: JsonSchema, is: JsonSchema): string[] {
  const [before, after] = [record(was.responses), record(is.responses)]
  return Object.entries(before)
    .filter(([status]) => Number(status) < 400)
    .flatMap(([status, old]) => {
      if (after[status] === undefined) return [`${status}: no longer answered`]
      const [recorded, now] = [open(jsonOf(record(old))), open(jsonOf(record(after[status])))]
      const removed = breakingChanges(recorded, now, 'event').filter((change) => /: (removed|no longer always there)$/.test(change))
      // Seen the other way round: what is answered now must fit what was recorded.
      const wider = breakingChanges(now, recorded, 'command').filter((change) => !/: (became required|new and required)$/.test(change))
      return [
        ...removed.map((change) => `${status}: ${change}`),
        ...wider.map((change) => `${status}: from what is answered now to what was recorded: ${change}`),
      ]
    })
}

const access = (was: JsonSchema, is: JsonSchema): string[] =>
  list(was.security).length === 0 && list(is.security).length > 0 ? ['callers must now say who they are'] : []

/** Who reads answers passes over properties that they do not know. */
const open = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (name, value) => (name === 'additionalProperties' && value === false ? undefined : value))

/** Of a body or an answer, the schema of its JSON. */
const jsonOf = ({ content }: JsonSchema): JsonSchema => record(record(record(content)['application/json']).schema)

const record = (value: unknown): JsonSchema => (typeof value === 'object' && value !== null ? (value as JsonSchema) : {})
const list = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.map(record) : [])
