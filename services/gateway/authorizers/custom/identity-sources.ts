import type { EventParts } from './authorizer-event.ts'

/** One thing of a request that says who calls. */
export interface IdentitySource {
  readonly from: 'header' | 'querystring' | 'context' | 'stageVariables'
  readonly name: string
}

/** As REST APIs write them (`method.request.header.Auth`), and as HTTP APIs do (`$request.header.Auth`). Undefined: there is no such source. */
export function identitySource(text: string): IdentitySource | undefined {
  const [, request, context, stage] =
    /^(?:(?:method\.|\$)request\.((?:header|querystring)\..+)|\$?context\.(httpMethod|path|routeKey)|\$?stageVariables\.(\w+))$/.exec(
      text,
    ) ?? []
  if (request !== undefined) {
    const at = request.indexOf('.')
    const from = request.slice(0, at) as 'header' | 'querystring'
    return { from, name: from === 'header' ? request.slice(at + 1).toLowerCase() : request.slice(at + 1) }
  }
  if (context !== undefined) return { from: 'context', name: context }
  return stage === undefined ? undefined : { from: 'stageVariables', name: stage }
}

/** The values of all sources; undefined when one is missing or empty: then Amazon API Gateway does not ask the authorizer either. */
export function identityOf(sources: readonly IdentitySource[], parts: EventParts): readonly string[] | undefined {
  const values = sources.map((source) => sourceValue(source, parts))
  return values.every((value) => value !== undefined && value !== '') ? (values as string[]) : undefined
}

function sourceValue(
  { from, name }: IdentitySource,
  { headers, query, method, route, path, stageVariables }: EventParts,
): string | undefined {
  if (from === 'header') return headers[name]?.join(',')
  if (from === 'querystring') return query[name]?.join(',')
  if (from === 'stageVariables') return Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined
  return { httpMethod: method, path, routeKey: `${method} ${route}` }[name]
}
