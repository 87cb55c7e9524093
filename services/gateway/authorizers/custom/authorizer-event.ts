/** What events are made of: one request, as its route sees it. */
export interface EventParts {
  readonly requestId: string
  readonly method: string
  /** With `{id}` for its parameters. */
  readonly route: string
  /** The route with the values of its parameters: however a path is written, it is one here, so that no policy is got round by writing it otherwise. */
  readonly path: string
  readonly pathParameters: Readonly<Record<string, string>>
  readonly rawQuery: string
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly query: Readonly<Record<string, readonly string[]>>
  readonly stage: string
  readonly stageVariables: Readonly<Record<string, string>>
  readonly sourceIp: string
  /** ms of the epoch */
  readonly time: number
}

/** Where there is no AWS: what functions find in the place of a region, an account and an API. */
const region = 'local'
const accountId = '000000000000'
const apiId = 'breakwater'

/** Of one method of one path in a stage: what policies allow or deny. */
export const methodArn = ({ stage, method, path }: Pick<EventParts, 'stage' | 'method' | 'path'>): string =>
  `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${path}`

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
export const tokenEvent = (parts: EventParts, authorizationToken: string) => ({
  type: 'TOKEN',
  authorizationToken,
  methodArn: methodArn(parts),
})

export function requestEvent(parts: EventParts) {
  const { method, route, path, headers, query, stage, requestId, time } = parts
  return {
    type: 'REQUEST',
    methodArn: methodArn(parts),
    resource: route,
    path,
    httpMethod: method,
    headers: mapped(headers, (values) => values.at(-1) ?? ''),
    multiValueHeaders: headers,
    queryStringParameters: mapped(query, (values) => values.at(-1) ?? ''),
    multiValueQueryStringParameters: query,
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
    requestContext: {
      accountId,
      apiId,
      domainName: headers.host?.[0] ?? '',
      resourcePath: route,
      path: `/${stage}${path}`,
      httpMethod: method,
      protocol: 'HTTP/1.1',
      stage,
      requestId,
      requestTimeEpoch: time,
      identity: { sourceIp: parts.sourceIp, userAgent: headers['user-agent']?.[0] ?? null },
    },
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export function requestEventV2(parts: EventParts, identitySource: readonly string[]) {
  const { method, route, path, headers, query, stage, requestId, time, rawQuery } = parts
  const { cookie = [], ...others } = headers
  const routeKey = `${method} ${route}`
  const domainName = headers.host?.[0] ?? ''
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: methodArn(parts),
    identitySource,
    routeKey,
    rawPath: path,
    rawQueryString: rawQuery,
    cookies: cookie.flatMap((line) => line.split(/; */)),
    headers: mapped(others, (values) => values.join(',')),
    queryStringParameters: mapped(query, (values) => values.join(',')),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: parts.sourceIp, userAgent: headers['user-agent']?.[0] ?? '' },
      requestId,
      routeKey,
      stage,
      time: new Date(time).toISOString(),
      timeEpoch: time,
    },
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
  }
}

const mapped = (given: Readonly<Record<string, readonly string[]>>, to: (values: readonly string[]) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, values]) => [name, to(values)]))
