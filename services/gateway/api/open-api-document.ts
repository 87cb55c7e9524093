import { type FastifyInstance, fastify } from 'fastify'
import type { ApiVersion } from './api-route.ts'
import { documentedRoute, ProblemBody, securitySchemes } from './documented-route.ts'

/** A JSON object. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

/** A version of the API → its OpenAPI 3.1 document, from the schemas that validate. */
export async function openApiDocument({ name, deprecation, routes }: ApiVersion): Promise<OpenApiDocument> {
  // Only who asks for a document loads what writes it.
  const { default: swagger } = await import('@fastify/swagger')
  const app: FastifyInstance = fastify({ exposeHeadRoutes: false })
  // It serves nobody, so nothing has to be compiled.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => () => '')
  app.addSchema(ProblemBody)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Breakwater',
        version: name,
        description: 'An online shop on a service mesh. Refusals are problems (RFC 9457) with a stable `code`.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [...new Set(routes.map(({ tag }) => tag))].map((tag) => ({ name: tag })),
      components: { securitySchemes },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: ({ $id }) => String($id) },
  })
  for (const route of routes) {
    const schema = documentedRoute(route, deprecation !== undefined)
    app.route({ method: route.method, url: `/${name}${route.path}`, schema, handler: () => undefined })
  }
  await app.ready()
  const document = JSON.parse(JSON.stringify(app.swagger())) as OpenApiDocument
  await app.close()
  return document
}
