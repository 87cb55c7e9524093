import type { Provider } from 'oidc-provider'
import { createServer, type Server } from '../shared/runtime/http/server.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'

export interface IdentityOptions {
  readonly provider: Provider
  readonly logger: Logger
  readonly metrics?: Metrics
}

/** The provider with what every service answers: health, metrics, access log. Its own paths are those of its discovery document. */
export function createIdentity({ provider, logger, metrics }: IdentityOptions): Server {
  const app = createServer({ logger, metrics, ready: () => ({ ready: true, waitingFor: [] }) })
  const answer = provider.callback()
  provider.on('server_error', (_ctx, err) => logger.error({ err }, 'the provider failed'))
  app.register((own, _options, done) => {
    // It reads bodies itself.
    own.removeAllContentTypeParsers()
    own.addContentTypeParser('*', (_request, _body, done) => done(null))
    own.all('/*', (request, reply) => {
      reply.hijack()
      answer(request.raw, reply.raw)
    })
    done()
  })
  return app
}
