import type { FastifyInstance, FastifyReply, RouteHandlerMethod } from 'fastify'
import type { Answer, ApiRoute, ApiVersion, Deprecation, Parts } from './api-route.ts'

/** Serves every route of the version below its name. Each has its `ApiRoute` in `routeOptions.config.api`. */
export function bindVersion(app: FastifyInstance, { name, deprecation, routes }: ApiVersion, parts: Parts): void {
  const headers = deprecation && deprecationHeaders(deprecation)
  for (const route of routes) {
    const { method, path } = route
    app.route({
      method,
      url: `/${name}${path}`,
      schema: schemaOf(route),
      config: { api: route },
      ...(headers && {
        onRequest: (_request, reply, done) => {
          reply.headers(headers)
          done()
        },
      }),
      handler: handlerOf(route, parts),
    })
  }
}

/** RFC 9745 (a date as in RFC 9651) and RFC 8594; the links say where to read more and where to go instead. */
const deprecationHeaders = ({ since, sunset, successor }: Deprecation): Readonly<Record<string, string>> => ({
  deprecation: `@${since.getTime() / 1000}`,
  sunset: sunset.toUTCString(),
  link: `</docs>; rel="deprecation"; type="text/html", </${successor}/openapi.json>; rel="successor-version"`,
})

const schemaOf = ({ params, query, body, answers }: ApiRoute) => ({
  ...(params && { params }),
  ...(query && { querystring: query }),
  ...(body && { body }),
  response: Object.fromEntries(Object.entries(answers).flatMap(([status, kind]) => (kind.body ? [[status, kind.body]] : []))),
})

/** A handler that answers at once is not made to wait: a promise for each request costs as much as routing it. */
const handlerOf =
  ({ handler }: ApiRoute, parts: Parts): RouteHandlerMethod =>
  (request, reply) => {
    const answered = handler(request, parts)
    return answered instanceof Promise ? answered.then((answer) => send(answer, reply)) : send(answered, reply)
  }

function send({ status, headers, body }: Answer, reply: FastifyReply): FastifyReply {
  if (headers) reply.headers(headers)
  return reply.code(status).send(body)
}
