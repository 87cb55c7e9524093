import { isAuthority } from './header-rules.ts'
import type { Json } from './input.ts'
import type { Headers } from './resources/virtual-service.ts'

/**
 * `headers` → the four lists of Envoy's route; empty ones are left out.
 * @param layers a route's headers and then those of its only destination: later ones come last and win
 */
export function headerOperations(...layers: readonly (Headers | undefined)[]): Json {
  const requests = layers.map((headers) => headers?.request ?? {})
  const responses = layers.map((headers) => headers?.response ?? {})
  const lists = {
    request_headers_to_add: requests.flatMap(({ set, add }) => [...edits(set, overwrite), ...edits(add, append)]),
    request_headers_to_remove: requests.flatMap(({ remove = [] }) => remove),
    response_headers_to_add: responses.flatMap(({ set, add }) => [...edits(set, overwrite), ...edits(add, append)]),
    response_headers_to_remove: responses.flatMap(({ remove = [] }) => remove),
  }
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
}

/** The authority that `headers` gives a request: Istio makes a rewrite of it, because Envoy refuses to change the header itself. */
export function authorityOf(headers: Headers | undefined): string | undefined {
  const { set = {}, add = {} } = headers?.request ?? {}
  return [...Object.entries(set), ...Object.entries(add)].find(([name]) => isAuthority(name))?.[1]
}

/** As istiod sorts names. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const overwrite = 'OVERWRITE_IF_EXISTS_OR_ADD'
const append = 'APPEND_IF_EXISTS_OR_ADD'

const edits = (headers: Readonly<Record<string, string>> = {}, action: string): Json[] =>
  Object.entries(headers)
    .filter(([key]) => !isAuthority(key))
    .toSorted(([a], [b]) => byBytes(a, b))
    .map(([key, value]) => ({ header: { key, value }, append_action: action }))
