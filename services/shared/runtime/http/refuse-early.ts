import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { hasBody } from './json-bodies.ts'
import { operationalPaths } from './operational-routes.ts'
import { commonProblem, problemOf } from './problem.ts'
import { problemMediaType } from './problem-answers.ts'

/**
 * Refuses requests with `OVERLOADED` before Fastify sees them: without a route, hooks, a line in the log or a measurement, a refusal costs a quarter,
 * and what refusals cost is taken from the requests that are served. What takes more care is left to Fastify's way: a request with a body, which
 * must be read to its end, one of health, readiness or metrics, and everything while the server stops.
 *
 * @param isFull whether one more request would be too many
 * @param refused called for each that was refused
 */
export function refuseEarly(server: HttpServer, isFull: () => boolean, refused: () => void): void {
  const [handle] = server.listeners('request') as [(request: IncomingMessage, response: ServerResponse) => void]
  const mayBeRefused = ({ url = '', headers }: IncomingMessage): boolean =>
    server.listening && !operationalPaths.has(pathOf(url)) && !hasBody(headers)
  server.removeListener('request', handle)
  server.on('request', (request, response) => {
    if (!isFull() || !mayBeRefused(request)) return handle(request, response)
    refused()
    refuse(request, response)
  })
}

/** Without the query, and without a slash at its end. */
const pathOf = (url: string): string => url.replace(/\/?(?:\?.*)?$/s, '')

const overloaded = commonProblem('OVERLOADED')
/** Ready but for what differs from one to the other: where it was asked. */
const body = JSON.stringify(problemOf(overloaded)).replace(/}$/, ',"instance":')

/** The answer that `answerProblems` gives. */
function refuse({ url }: IncomingMessage, response: ServerResponse): void {
  const problem = `${body}${JSON.stringify(url)}}`
  response.writeHead(overloaded.status, {
    ...overloaded.headers,
    'content-type': problemMediaType,
    'content-length': Buffer.byteLength(problem),
  })
  response.end(problem)
}
