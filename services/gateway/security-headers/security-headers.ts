import { fastifyHelmet } from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * Headers by which browsers take no answer for something else: an answer of the API is no page, runs nothing, is in no frame, is of the type that it says,
 * and tells no other site where one comes from. A page says what it needs more by its route's `helmet`.
 *
 * Not `Strict-Transport-Security`: it would keep a browser from every port of localhost. To be called before other hooks, so that refusals have them, too.
 */
export function securityHeaders(app: FastifyInstance): void {
  // Called, not registered: what is registered adds its hooks when the server gets ready, behind those that refuse.
  void fastifyHelmet(app, {
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
}
