import { type Static, Type } from 'typebox'
import { changedHeaderFault, headerValueFault, isAuthority, matchedHeaderFault } from '../header-rules.ts'
import { domainFault, subsetNameFault } from '../names.ts'
import { regexFault } from '../regex-rules.ts'
import { retryOnFault } from '../retry-conditions.ts'
import { ruled } from '../rule.ts'
import { Count, closed, Duration, duplicate, Metadata, Port } from './values.ts'

interface MatchRules {
  /** Envoy takes an empty prefix of a path, and of nothing else. */
  readonly emptyPrefix?: boolean
  /** `*`, which is no regular expression, says "present". */
  readonly star?: boolean
}

/** One of the three; none of them means "present" in a header match. */
const stringMatch = ({ emptyPrefix = false, star = false }: MatchRules = {}) =>
  ruled(
    Type.Object(
      { exact: Type.Optional(Type.String()), prefix: Type.Optional(Type.String()), regex: Type.Optional(Type.String()) },
      { additionalProperties: false, maxProperties: 1 },
    ),
    ({ prefix, regex }) => {
      if (prefix === '' && !emptyPrefix) return 'must not be an empty prefix'
      return regex === undefined || (star && regex === '*') ? undefined : regexFault(regex)
    },
  )
const Path = stringMatch({ emptyPrefix: true })
const Method = stringMatch()
export type StringMatch = Static<typeof Method>

const headerMatches = (rules?: MatchRules) =>
  ruled(Type.Record(Type.String(), stringMatch(rules)), (matches) => firstFault(Object.keys(matches), matchedHeaderFault))

const HttpMatch = closed({
  name: Type.Optional(Type.String()),
  uri: Type.Optional(Path),
  ignoreUriCase: Type.Optional(Type.Boolean()),
  method: Type.Optional(Method),
  headers: Type.Optional(headerMatches()),
  withoutHeaders: Type.Optional(headerMatches({ star: true })),
})
export type HttpMatch = Static<typeof HttpMatch>

function firstFault<T>(values: readonly T[], faultOf: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const fault = faultOf(value)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Envoy takes a thousand in a route; it may hold four of these. */
const mostHeaders = 250

/** @param authority Host and `:authority` may be among them: once, because Envoy has one field for both */
const headerValues = ({ authority }: { authority: boolean }) =>
  ruled(Type.Record(Type.String(), ruled(Type.String(), headerValueFault), { maxProperties: mostHeaders }), (values) => {
    const names = Object.keys(values)
    if (names.filter(isAuthority).length > 1) return 'sets the authority more than once'
    return firstFault(names, (name) => changedHeaderFault(name, { authority }))
  })

const removedHeaders = Type.Array(ruled(Type.String(), (name) => changedHeaderFault(name, { authority: false })))

const headerOperations = (at: { authority: boolean }) =>
  closed({
    set: Type.Optional(headerValues(at)),
    add: Type.Optional(headerValues(at)),
    remove: Type.Optional(removedHeaders),
  })
const Headers = closed({
  request: Type.Optional(headerOperations({ authority: true })),
  response: Type.Optional(headerOperations({ authority: false })),
})
export type Headers = Static<typeof Headers>

const Destination = closed({
  host: ruled(Type.String(), (host) => (host === '*' ? 'must be one host' : domainFault(host))),
  subset: Type.Optional(ruled(Type.String(), (name) => (name === '' ? undefined : subsetNameFault(name)))),
  port: Type.Optional(closed({ number: Port })),
})
export type Destination = Static<typeof Destination>

const WeightedDestinations = ruled(
  Type.Array(closed({ destination: Destination, weight: Type.Optional(Count), headers: Type.Optional(Headers) }), { minItems: 1 }),
  (destinations) => {
    const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0)
    if (destinations.length > 1 && total === 0) return 'has several destinations whose weights sum up to 0'
    return total > 2 ** 32 - 1 ? 'has weights that sum up to more than 4294967295, the most that Envoy takes' : undefined
  },
)

const HttpRetry = ruled(
  closed({
    attempts: Type.Optional(Count),
    perTryTimeout: Type.Optional(Duration),
    retryOn: Type.Optional(ruled(Type.String(), retryOnFault)),
    retryIgnorePreviousHosts: Type.Optional(Type.Boolean()),
    backoff: Type.Optional(Duration),
  }),
  ({ attempts = 0, perTryTimeout, retryOn }) =>
    attempts === 0 && (perTryTimeout || retryOn) ? 'says how to retry, but attempts is 0, which switches retries off' : undefined,
)
export type HttpRetry = Static<typeof HttpRetry>

/** Envoy refuses these in what it writes into a request. */
const rewritten = ruled(Type.String(), (text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\u0000-\u001f\u007f]/.test(text) ? 'must not contain control characters' : undefined,
)
const Rewrite = ruled(closed({ uri: Type.Optional(rewritten), authority: Type.Optional(rewritten) }), ({ uri, authority }) =>
  uri || authority ? undefined : 'must have uri or authority',
)

/** Share of the requests; without it none. */
const Percentage = closed({ value: Type.Number({ minimum: 0, maximum: 100 }) })
const HttpFault = closed({
  abort: Type.Optional(closed({ httpStatus: Type.Integer({ minimum: 200, maximum: 599 }), percentage: Type.Optional(Percentage) })),
  delay: Type.Optional(closed({ fixedDelay: Duration, percentage: Type.Optional(Percentage) })),
})
export type HttpFault = Static<typeof HttpFault>

const HttpRoute = ruled(
  closed({
    name: Type.Optional(Type.String()),
    match: Type.Optional(Type.Array(HttpMatch)),
    route: WeightedDestinations,
    timeout: Type.Optional(Duration),
    retries: Type.Optional(HttpRetry),
    headers: Type.Optional(Headers),
    rewrite: Type.Optional(Rewrite),
    fault: Type.Optional(HttpFault),
  }),
  ({ rewrite, headers }) => {
    const { set = {}, add = {} } = headers?.request ?? {}
    const authorities = [...Object.keys(set), ...Object.keys(add)].filter(isAuthority)
    return authorities.length + (rewrite?.authority ? 1 : 0) > 1 ? 'sets the authority more than once' : undefined
  },
)
export type HttpRoute = Static<typeof HttpRoute>

export const VirtualService = Type.Object({
  kind: Type.Literal('VirtualService'),
  metadata: Metadata,
  spec: closed({
    hosts: ruled(
      Type.Array(
        ruled(Type.String(), (host) => (host === '*' ? 'must be named: * is for gateways' : domainFault(host))),
        { minItems: 1 },
      ),
      (hosts) => {
        const twice = duplicate(hosts)
        return twice && `names ${twice} twice`
      },
    ),
    http: Type.Array(HttpRoute, { minItems: 1 }),
  }),
})
export type VirtualService = Static<typeof VirtualService>
