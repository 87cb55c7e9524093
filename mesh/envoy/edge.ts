import { istioNamespace } from '../../services/shared/contracts/deployment.ts'
import { maxBodyBytes, maxEdgeHeadBytes, requestTimeoutMs } from '../../services/shared/contracts/request-limits.ts'
import type { Json } from './input.ts'

/**
 * What the proxies on a customer's way do beside: answers of their own are problems as those of the services are (RFC 9457), and
 * requests are bounded before they reach a process. Callers' sidecars inside the mesh have none of it: what these say is read by
 * services and experiments, which tell an overflow by its header and its flag.
 */

/** The EnvoyFilter that does it at Istio's ingress gateway: one reaches proxies of its own namespace only. */
export const ingressEdge = { namespace: istioNamespace, name: 'breakwater-edge' }

/** Each answer that Envoy makes itself. Codes are API and never change. */
interface LocalReply {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly retryAfter?: number
}

export const localReplies: readonly LocalReply[] = [
  { status: 400, code: 'BAD_REQUEST', title: 'The request cannot be read' },
  { status: 403, code: 'FORBIDDEN', title: 'This may not be called from there' },
  { status: 404, code: 'ROUTE_NOT_FOUND', title: 'There is nothing at this path' },
  { status: 408, code: 'REQUEST_TIMEOUT', title: 'The request did not arrive in time' },
  { status: 413, code: 'BODY_TOO_LARGE', title: 'The body is too large' },
  { status: 426, code: 'UPGRADE_REQUIRED', title: 'HTTP/1.1 or later is needed' },
  { status: 431, code: 'HEADERS_TOO_LARGE', title: 'The headers or the address are too large' },
  {
    status: 503,
    code: 'UPSTREAM_UNAVAILABLE',
    title: 'A service that is needed for this does not answer; try again later',
    retryAfter: 1,
  },
  { status: 504, code: 'UPSTREAM_TIMEOUT', title: 'A service that is needed for this took too long; try again later', retryAfter: 1 },
]

/** Envoy asks for a key by which an operator could override a status at run time. Nobody does. */
const runtime_key = 'local_reply.status'

/** Others are rare enough to share a code: mappers are tried in order. */
const rest = [
  { op: 'GE', value: 500, code: 'INTERNAL', title: 'Something went wrong on our side' },
  { op: 'GE', value: 400, code: 'BAD_REQUEST', title: 'The request cannot be read' },
]

/** What a proxy answers with a code. */
export function localReply(code: string): { readonly status: number; readonly body: object } {
  const reply = localReplies.find((one) => one.code === code)
  if (!reply) throw new Error(`no proxy answers ${code}`)
  const { status, title } = reply
  return { status, body: { type: problemType(code), title, status, code } }
}

const problemType = (code: string): string => `urn:breakwater:problem:${code}`

/** Media type of problems. */
export const problemMediaType = 'application/problem+json; charset=utf-8'

const mapper = (op: string, status: number, code: string, title: string, retryAfter?: number): Json => ({
  filter: { status_code_filter: { comparison: { op, value: { default_value: status, runtime_key } } } },
  body_format_override: {
    content_type: problemMediaType,
    json_format: { type: problemType(code), title, status: '%RESPONSE_CODE%', code },
  },
  ...(retryAfter !== undefined && {
    headers_to_add: [{ header: { key: 'retry-after', value: String(retryAfter) }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
  }),
})

/**
 * Fields of an HTTP connection manager. The services cannot bound the time for a request themselves: Envoy waits for the whole body, and without
 * a bound of its own for ever.
 */
export const edgeConnectionManager: Json = {
  max_request_headers_kb: maxEdgeHeadBytes / 1024,
  request_timeout: `${requestTimeoutMs / 1000}s`,
  local_reply_config: {
    mappers: [
      ...localReplies.map(({ status, code, title, retryAfter }) => mapper('EQ', status, code, title, retryAfter)),
      ...rest.map(({ op, value, code, title }) => mapper(op, value, code, title)),
    ],
  },
}

/**
 * Goes before the router. Envoy waits for the whole body and answers 413 while the customer still sends. Without it a service would close the
 * connection with most of the body unread, which resets it: the proxy before it then has no answer, but a 503.
 */
export const bodyLimitFilter = {
  name: 'envoy.filters.http.buffer',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer', max_request_bytes: maxBodyBytes },
}
