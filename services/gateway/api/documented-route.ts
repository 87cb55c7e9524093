import { Type } from 'typebox'
import { commonProblems, type ProblemCatalogue } from '../../shared/runtime/http/problem.ts'
import { type GatewayErrorCode, gatewayErrors } from '../errors.ts'
import type { AnswerKind, ApiRoute } from './api-route.ts'

const problemName = 'Problem'

/** Body of every refusal (RFC 9457), as a schema that routes name. */
export const ProblemBody = Type.Object(
  {
    type: Type.String({ description: 'urn:breakwater:problem:<code>' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', description: 'stable; what programs decide by' }),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({ description: 'JSON pointer, after `body`, `querystring`, `params` or `headers`' }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: problemName, description: 'Why a request was refused (RFC 9457)' },
)

/** How a caller can say who they are, by the names under which the document describes it. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the identity provider' },
  key: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key with scopes' },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
    description: 'AWS Signature Version 4, for partners',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
} as const

/** A row of the table → what the document says of it, in the form that @fastify/swagger reads. */
export function documentedRoute(route: ApiRoute, isDeprecated: boolean) {
  const { operationId, summary, tag, access, throttle, params, query, headers, body, answers } = route
  return {
    operationId,
    summary,
    tags: [tag],
    ...(isDeprecated && { deprecated: true }),
    security: access === 'anonymous' ? [] : Object.keys(securitySchemes).map((scheme) => ({ [scheme]: access.scopes })),
    ...(throttle && { 'x-throttle': throttle }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(headers && { headers }),
    ...(body && { body }),
    response: {
      ...Object.fromEntries(Object.entries(answers).map(([status, kind]) => [status, documentedAnswer(kind)])),
      ...Object.fromEntries(
        Object.entries(problemCodes(route)).map(([status, codes]) => [status, documentedProblem(Number(status), codes)]),
      ),
    },
  }
}

const documentedAnswer = ({ description, body, headers }: AnswerKind) => ({
  description,
  ...(headers && { headers: headers.properties }),
  ...(body ? { content: { 'application/json': { schema: body } } } : { type: 'null' }),
})

const documentedProblem = (status: number, codes: readonly string[]) => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  ...([429, 503].includes(status) && { headers: { 'retry-after': { type: 'string', description: 'seconds' } } }),
  ...(status === 401 && { headers: { 'www-authenticate': { type: 'string' } } }),
  content: { 'application/problem+json': { schema: { $ref: `${problemName}#` } } },
})

const catalogue: ProblemCatalogue = { ...commonProblems, ...gatewayErrors }

/** Every code that a route may answer by status: its own, and those that follow from the rest of its row. */
export function problemCodes({
  method,
  access,
  params,
  query,
  body,
  problems = {},
}: ApiRoute): Readonly<Record<string, readonly string[]>> {
  const codes: string[] = ['OVERLOADED', 'UPSTREAM_UNAVAILABLE', 'HEADERS_TOO_LARGE', ...ofCallers]
  if (params || query || body) codes.push('VALIDATION_FAILED')
  if (method !== 'GET') codes.push('MALFORMED_JSON', 'BODY_TOO_DEEP', 'BAD_REQUEST', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE')
  if (access !== 'anonymous') codes.push('UNAUTHENTICATED', 'FORBIDDEN', 'AUTHORIZER_UNAVAILABLE')
  const byStatus: Record<string, string[]> = {}
  for (const code of codes) {
    const status = catalogue[code]?.status
    if (status !== undefined) byStatus[status] = [...new Set([...(byStatus[status] ?? []), code])]
  }
  for (const [status, own] of Object.entries(problems)) byStatus[status] = [...own, ...(byStatus[status] ?? [])]
  return byStatus
}

/** A caller of any route may have a key, whose plan limits them, and any route may be throttled. */
const ofCallers: readonly GatewayErrorCode[] = [
  'API_KEY_IN_ADDRESS',
  'API_KEY_INVALID',
  'API_KEY_REQUIRED',
  'LIMITS_UNAVAILABLE',
  'RATE_EXCEEDED',
  'QUOTA_EXCEEDED',
  'THROTTLED',
]
