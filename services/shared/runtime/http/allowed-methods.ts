import type { FastifyInstance } from 'fastify'

/** What tells a path that does not exist (404) from one that does not support the method (405); Fastify answers 404 for both. */
export function allowedMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { methods: readonly string[]; segments: readonly string[] }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), segments: url.split('/') })
  })
  return (path) => {
    const given = path.replace(/(?<=.)\/$/, '').split('/')
    const matching = routes.filter(
      ({ segments }) => segments.length === given.length && segments.every((segment, i) => segment.startsWith(':') || segment === given[i]),
    )
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort()
  }
}
