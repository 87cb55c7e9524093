import { byBytes } from './header-operations.ts'
import type { Json } from './input.ts'
import type { HttpMatch, StringMatch } from './resources/virtual-service.ts'

type HeaderMatcher = Json & { readonly name: string }

/** `match` → Envoy's route match; without one everything matches (istio/istio `route.go`, TranslateRouteMatch). */
export function routeMatch(match?: HttpMatch): Json {
  if (!match) return { prefix: '/' }
  const { uri, ignoreUriCase = false, method, headers = {}, withoutHeaders = {} } = match
  const matchers = [
    ...Object.entries(headers).map(([name, value]) => headerMatch(name, value)),
    ...Object.entries(withoutHeaders).map(([name, value]) => ({
      ...headerMatch(name, value),
      invert_match: true,
      // Envoy would else find a header that is not there to be neither like the pattern nor unlike it.
      ...(!isPresence(value) && { treat_missing_header_as_empty: true }),
    })),
  ].toSorted((a, b) => byBytes(a.name, b.name))
  const all = [...matchers, ...(method ? [headerMatch(':method', method)] : [])]
  return { ...path(uri), case_sensitive: !ignoreUriCase, ...(all.length > 0 && { headers: all }) }
}

/** Nothing comes after a route that matches all: istiod sends no more, and neither do we. */
export const matchesAll = (match: Json): boolean =>
  match.headers === undefined && (match.prefix === '/' || (isObject(match.safe_regex) && match.safe_regex.regex === '.*'))

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

function path(uri: StringMatch = {}): Json {
  if (uri.exact !== undefined) return { path: uri.exact }
  if (uri.regex !== undefined) return { safe_regex: { regex: uri.regex } }
  return { prefix: uri.prefix ?? '/' }
}

/** `*` is Istio's way to say "present"; as a regular expression it would be none. */
const isPresence = (match: StringMatch): boolean => Object.keys(match).length === 0 || match.regex === '*'

function headerMatch(name: string, match: StringMatch): HeaderMatcher {
  if (isPresence(match)) return { name, present_match: true }
  return { name, string_match: match.regex === undefined ? match : { safe_regex: { regex: match.regex } } }
}
