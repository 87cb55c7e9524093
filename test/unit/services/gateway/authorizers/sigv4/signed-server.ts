import { Type } from 'typebox'
import { authorizeRequests } from '../../../../../../services/gateway/access/authorize-requests.ts'
import { readPartners } from '../../../../../../services/gateway/authorizers/sigv4/partners.ts'
import { type SigV4Options, sigV4Authorizer } from '../../../../../../services/gateway/authorizers/sigv4/sigv4-authorizer.ts'
import { createServer } from '../../../../../../services/shared/runtime/http/server.ts'
import { createLogger } from '../../../../../../services/shared/runtime/process/logger.ts'

export const acme = { accessKeyId: 'AKACME0001', secretAccessKey: 'acme-secret-acme-secret-acme-secret-0001' }
export const next = { accessKeyId: 'AKACME0002', secretAccessKey: 'acme-secret-acme-secret-acme-secret-0002' }

export const partnersFile = JSON.stringify({
  partners: [
    { id: 'acme', customerId: 'acme', scopes: ['orders:own'], keys: [acme, next] },
    { id: 'reader', scopes: ['operations:read'], keys: [{ ...acme, accessKeyId: 'AKREADER01' }] },
  ],
})

/** A server whose one authorizer is SigV4. Its routes answer what reached them. */
export function signedServer(options: Partial<SigV4Options> = {}, lines: string[] = []) {
  const logger = createLogger({ service: 'gateway', pod: 'gateway-0', level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const app = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }) })
  const credentials = readPartners(partnersFile)
  authorizeRequests(app, { authorizers: [sigV4Authorizer({ credentials: () => credentials, ...options })] })
  const access = { scopes: ['orders:own'] } as const
  app.get('/things/*', { config: { access } }, ({ caller, query }) => ({ caller: caller.id, customerId: caller.customerId, query }))
  app.post('/things', { config: { access }, schema: { body: Type.Object({ name: Type.String() }) } }, ({ caller, body }) => ({
    caller: caller.id,
    body,
  }))
  app.post('/cancel', { config: { access } }, ({ caller }) => ({ caller: caller.id }))
  return app
}
