import type { FastifyInstance } from 'fastify'
import type { ApiVersion } from './api-route.ts'
import { openApiDocument } from './open-api-document.ts'

/** `/v1/openapi.json` and so on; `/openapi.json` is the first version's. Each is written when first asked for. */
export function serveDocuments(app: FastifyInstance, versions: readonly ApiVersion[]): void {
  for (const [index, version] of versions.entries()) {
    let text: Promise<string> | undefined
    const written = () => {
      text ??= openApiDocument(version).then((document) => JSON.stringify(document))
      return text
    }
    for (const url of [`/${version.name}/openapi.json`, ...(index === 0 ? ['/openapi.json'] : [])])
      app.get(url, { config: { access: 'anonymous' } }, async (_request, reply) =>
        reply
          .type('application/json; charset=utf-8')
          .header('cache-control', 'no-cache')
          .send(await written()),
      )
  }
}
