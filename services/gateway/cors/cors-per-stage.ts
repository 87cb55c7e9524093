import { type FastifyCorsOptions, fastifyCors } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CorsSettings } from '../../shared/contracts/api/cors.ts'

/** What the API's clients send, and what they read of an answer, beside what every page may. */
const requestHeaders =
  'authorization, content-type, idempotency-key, if-match, if-none-match, prefer, x-api-key, x-stage, traceparent'.split(', ')
const exposedHeaders =
  'etag, location, retry-after, www-authenticate, preference-applied, version-awaited, deprecation, sunset, ratelimit, ratelimit-policy, traceparent'.split(
    ', ',
  )

/** What the API has. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

const maxAgeSeconds = 600

/**
 * Tells browsers which pages may read answers, and answers their preflights, by the settings of each request's stage. To be called before other hooks:
 * a preflight says nothing of who calls, and a page must be able to read a refusal.
 * @param settingsOf undefined: no page of another origin may read anything
 */
export function corsPerStage(app: FastifyInstance, settingsOf: (request: FastifyRequest) => CorsSettings | undefined): void {
  // The plugin's route for preflights; it says nothing of anybody.
  app.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS' && route.url === '*') route.config = { ...route.config, access: 'anonymous' }
  })
  const delegator = (request: FastifyRequest, callback: (error: Error | null, options?: FastifyCorsOptions) => void): void =>
    callback(null, optionsFor(request, settingsOf(request)))
  // Called, not registered: what is registered adds its hooks when the server gets ready, behind those that refuse.
  fastifyCors(app, { delegator }, (error) => {
    if (error) throw error
  })
}

/** Nothing for a page that may not: then nobody learns which pages may. */
const none: FastifyCorsOptions = { origin: false }

function optionsFor({ method, headers }: FastifyRequest, settings: CorsSettings | undefined): FastifyCorsOptions {
  const { origin } = headers
  if (settings === undefined || typeof origin !== 'string') return none
  // Without this header it is a request like any other, for a method that no route has.
  if (method === 'OPTIONS' && headers['access-control-request-method'] === undefined) return none
  if (settings.origins !== '*' && !settings.origins.includes(origin)) return none
  return {
    origin: settings.origins === '*' ? '*' : origin,
    credentials: settings.origins !== '*' && settings.credentials === true,
    methods,
    allowedHeaders: settings.requestHeaders ?? requestHeaders,
    exposedHeaders: settings.exposedHeaders ?? exposedHeaders,
    maxAge: settings.maxAgeSeconds ?? maxAgeSeconds,
  }
}
