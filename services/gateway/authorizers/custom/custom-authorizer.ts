import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { DomainError } from '../../../shared/runtime/http/problem.ts'
import { authorizerUnavailable, forbidden, unauthenticated } from '../../access/access-problems.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import type { Caller } from '../../access/caller.ts'
import { headerValues, splitTarget } from '../raw-request.ts'
import { type Decision, readAnswer } from './authorizer-answer.ts'
import { type EventParts, methodArn, requestEvent, requestEventV2, tokenEvent } from './authorizer-event.ts'
import type { AskAuthorizer } from './call-function.ts'
import { type IdentitySource, identityOf, identitySource } from './identity-sources.ts'
import { KeptDecisions } from './kept-decisions.ts'
import { allows } from './policy.ts'
import type { CustomAuthorizerSettings } from './settings.ts'

export interface CustomAuthorizerOptions {
  readonly settings: CustomAuthorizerSettings
  readonly authorizer: AskAuthorizer
  /** Told why there was no usable answer. */
  readonly failed?: (error: Error) => void
  /** ms of the epoch */
  readonly now?: () => number
}

/** Somebody's own authorizer: a function or a service with the events and answers of Amazon API Gateway's Lambda authorizers. */
export function customAuthorizer({ settings, authorizer, failed, now = Date.now }: CustomAuthorizerOptions): Authorizer {
  const sources = settings.identitySources.map((source) => identitySource(source) as IdentitySource)
  const looksRight = settings.identityValidation === undefined ? undefined : new RegExp(settings.identityValidation)
  const kept = new KeptDecisions<Decision>(settings.ttlSeconds * 1000, now)
  // A yes or no is about what was asked, a policy about everything.
  const isV2 = settings.type === 'REQUEST' && settings.payloadFormatVersion === '2.0'
  let calls = 0

  const eventOf = (parts: EventParts, identity: readonly string[]): object => {
    if (settings.type === 'TOKEN') return tokenEvent(parts, identity[0] as string)
    return isV2 ? requestEventV2(parts, identity) : requestEvent(parts)
  }
  const ask = async (event: object): Promise<Decision> => {
    if (calls >= settings.mostCalls) throw unavailable(new Error(`${settings.mostCalls} calls of the custom authorizer are under way`))
    calls++
    try {
      return readAnswer(await authorizer.ask(event, settings.timeoutMs), isV2)
    } catch (error) {
      throw (error as Error).message === 'Unauthorized'
        ? unauthenticated('The authorizer does not know you.', [])
        : unavailable(error as Error)
    } finally {
      calls--
    }
  }
  const unavailable = (error: Error): DomainError => {
    failed?.(error)
    return authorizerUnavailable(error)
  }
  const callerOf = (decision: Decision, parts: EventParts): Caller => {
    const { verdict, principalId, customerId, scopes } = decision
    if (typeof verdict === 'boolean' ? !verdict : !allows(verdict, methodArn(parts))) throw forbidden('The authorizer does not allow this.')
    return {
      kind: 'custom',
      id: principalId ?? 'custom',
      ...(customerId !== undefined && { customerId }),
      scopes: new Set(scopes === undefined ? settings.scopes : settings.scopes.filter((scope) => scopes.includes(scope))),
    }
  }

  return {
    name: 'custom',
    authenticate(request) {
      const parts = eventParts(request, now())
      const identity = identityOf(sources, parts)
      if (identity === undefined || looksRight?.test(identity[0] as string) === false) return undefined
      const key = keyOf(isV2 ? [...identity, parts.method, parts.route] : identity)
      const decision = kept.get(key)
      if (decision) return callerOf(decision, parts)
      return kept.find(key, () => ask(eventOf(parts, identity))).then((found) => callerOf(found, parts))
    },
  }
}

/** Tokens are not kept in memory as they are. */
const keyOf = (identity: readonly string[]): string => createHash('sha256').update(JSON.stringify(identity)).digest('base64')

function eventParts(request: FastifyRequest, time: number): EventParts {
  const { method, raw, routeOptions, url, ip } = request
  const { stage } = request as { stage?: { readonly name: string; readonly variables: Readonly<Record<string, string>> } }
  const pathParameters = request.params as Record<string, string>
  const pattern = routeOptions.url ?? '/'
  const { query: rawQuery } = splitTarget(url)
  const query = new URLSearchParams(rawQuery)
  return {
    requestId: String(request.id),
    method,
    route: pattern.replaceAll(/:(\w+)/g, '{$1}'),
    path: pattern.replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(pathParameters[name] ?? '')),
    pathParameters,
    rawQuery,
    headers: Object.fromEntries(headerValues(raw.rawHeaders)),
    query: Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)])),
    stage: stage?.name ?? 'prod',
    stageVariables: stage?.variables ?? {},
    sourceIp: ip,
    time,
  }
}
