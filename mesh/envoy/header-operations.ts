import type { Json } from './input.ts'
import type { Headers } from './resources.ts'

/** `headers` → the four lists of Envoy's route; empty ones are left out. */
export function headerOperations({ request = {}, response = {} }: Headers = {}): Json {
  const lists = {
    request_headers_to_add: [...edits(request.set, overwrite), ...edits(request.add, append)],
    request_headers_to_remove: request.remove ?? [],
    response_headers_to_add: [...edits(response.set, overwrite), ...edits(response.add, append)],
    response_headers_to_remove: response.remove ?? [],
  }
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
}

const overwrite = 'OVERWRITE_IF_EXISTS_OR_ADD'
const append = 'APPEND_IF_EXISTS_OR_ADD'

const edits = (headers: Readonly<Record<string, string>> = {}, action: string): Json[] =>
  Object.entries(headers)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => ({ header: { key, value }, append_action: action }))
