import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'

/**
 * Headers by which browsers take no answer for something else: an answer of the API is no page, runs nothing, is in no frame, is of the type that it says,
 * and tells no other site where one comes from. A page that needs more sends its own.
 *
 * Not `Strict-Transport-Security`: it would keep a browser from every port of localhost. To be called before other hooks, so that refusals have them, too.
 */
export function securityHeaders(app: FastifyInstance): void {
  const headers = fixedHeaders()
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

/** They are the same for every answer. (@fastify/helmet puts them together anew for each, which takes longer than a short answer.) */
function fixedHeaders(): Record<string, string> {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  const add = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
    // About pages that open others, and about browsers that are gone.
    crossOriginOpenerPolicy: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    originAgentCluster: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
  })
  add(request, response, () => undefined)
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]))
}
