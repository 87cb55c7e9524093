import { expect, test } from 'vitest'
import { ingressEdge, localReplies, localReply } from '../../../../mesh/envoy/edge.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { commonProblems } from '../../../../services/shared/runtime/http/problem.ts'
import { input } from './destination.ts'

test('an answer that services know too says the same', () => {
  const shared = localReplies.filter(({ code }) => code in commonProblems)
  expect(shared.length).toBeGreaterThan(3)
  for (const { code, status, title, retryAfter } of shared) {
    const { [code]: known } = commonProblems as Record<string, { status: number; title: string; headers?: Record<string, string> }>
    expect({ status, title, retryAfter: retryAfter === undefined ? undefined : String(retryAfter) }, code).toEqual({
      status: known?.status,
      title: known?.title,
      retryAfter: known?.headers?.['retry-after'],
    })
  }
})

test('only the entry has it, and only on the way in', () => {
  const listeners = (edge: boolean) => renderEnvoy({ ...input([]), edge }).listeners.map((listener) => JSON.stringify(listener))
  const [outbound, inbound] = listeners(true)
  expect(inbound).toContain('local_reply_config')
  expect(inbound).toMatch(/envoy\.filters\.http\.fault.*envoy\.filters\.http\.buffer.*envoy\.filters\.http\.router/)
  for (const other of [outbound, ...listeners(false)])
    expect(other).not.toMatch(/local_reply_config|filters\.http\.buffer|max_request_headers_kb|request_timeout/)
})

test('what Envoy answers itself is a problem with its own code; of the rest, whose fault it is', () => {
  const [, inbound] = renderEnvoy({ ...input([]), edge: true }).listeners
  const { mappers } = findLocalReplies(inbound)
  const asked = mappers.map(({ filter, body_format_override: { content_type, json_format }, headers_to_add }) => {
    const { op, value } = filter.status_code_filter.comparison
    expect(content_type).toBe('application/problem+json; charset=utf-8')
    expect(json_format).toMatchObject({ type: `urn:breakwater:problem:${json_format.code}`, status: '%RESPONSE_CODE%' })
    const retryAfter = headers_to_add?.map(({ header, append_action }) => `${header.key}: ${header.value} ${append_action}`)
    return [op, value.default_value, json_format.code, json_format.title, ...(retryAfter ?? [])]
  })
  const retryAfter = 'retry-after: 1 OVERWRITE_IF_EXISTS_OR_ADD'
  expect(asked).toEqual([
    ['EQ', 400, 'BAD_REQUEST', 'The request cannot be read'],
    ['EQ', 403, 'FORBIDDEN', 'This may not be called from there'],
    ['EQ', 404, 'ROUTE_NOT_FOUND', 'There is nothing at this path'],
    ['EQ', 408, 'REQUEST_TIMEOUT', 'The request did not arrive in time'],
    ['EQ', 413, 'BODY_TOO_LARGE', 'The body is too large'],
    ['EQ', 426, 'UPGRADE_REQUIRED', 'HTTP/1.1 or later is needed'],
    ['EQ', 431, 'HEADERS_TOO_LARGE', 'The headers or the address are too large'],
    ['EQ', 503, 'UPSTREAM_UNAVAILABLE', 'A service that is needed for this does not answer; try again later', retryAfter],
    ['EQ', 504, 'UPSTREAM_TIMEOUT', 'A service that is needed for this took too long; try again later', retryAfter],
    ['GE', 500, 'INTERNAL', 'Something went wrong on our side'],
    ['GE', 400, 'BAD_REQUEST', 'The request cannot be read'],
  ])
})

test('headers are bounded below what Node takes, bodies as in the services', () => {
  const [, inbound] = renderEnvoy({ ...input([]), edge: true }).listeners
  expect(JSON.stringify(inbound)).toContain('"max_request_headers_kb":15,"request_timeout":"30s"')
  expect(JSON.stringify(inbound)).toContain(
    '{"name":"envoy.filters.http.buffer","typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer","max_request_bytes":65536}}',
  )
})

test('what a proxy answers can be compared with what a customer got', () => {
  expect(localReply('BODY_TOO_LARGE')).toEqual({
    status: 413,
    body: { type: 'urn:breakwater:problem:BODY_TOO_LARGE', title: 'The body is too large', status: 413, code: 'BODY_TOO_LARGE' },
  })
  expect(() => localReply('NO_SUCH_CODE')).toThrow('no proxy answers NO_SUCH_CODE')
})

test("the filter reaches Istio's gateway: it is in the gateway's own namespace", () => {
  expect(ingressEdge).toEqual({ namespace: 'istio-system', name: 'breakwater-edge' })
})

interface Mapper {
  readonly filter: {
    readonly status_code_filter: { readonly comparison: { readonly op: string; readonly value: { readonly default_value: number } } }
  }
  readonly body_format_override: { readonly content_type: string; readonly json_format: { readonly code: string; readonly title: string } }
  readonly headers_to_add?: readonly { readonly header: { readonly key: string; readonly value: string }; readonly append_action: string }[]
}

/** The only list of mappers in a listener. */
function findLocalReplies(listener: unknown): { readonly mappers: readonly Mapper[] } {
  const found: { readonly mappers: readonly Mapper[] }[] = []
  JSON.stringify(listener, (key, value) => {
    if (key === 'local_reply_config') found.push(value)
    return value
  })
  const [only] = found
  if (!only || found.length > 1) throw new Error(`${found.length} lists of mappers`)
  return only
}
