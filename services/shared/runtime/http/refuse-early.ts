import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { hasBody } from './json-bodies.ts'
import { operationalPaths } from './operational-routes.ts'
import { commonProblem, problemOf } from './problem.ts'
import { problemMediaType } from './problem-answers.ts'

/** What is asked about each request before Fastify sees it. */
export interface Admission {
  /** Whether one more request would be too many. */
  readonly isFull: () => boolean
  /** Whether the process cannot keep up, so that requests wait to be read. */
  readonly isStrained: () => boolean
  /** Called for each that was refused. */
  readonly refused: () => void
}

/**
 * Refuses requests with `OVERLOADED` before Fastify sees them: without a route, hooks, a line in the log or a measurement, a refusal costs a quarter,
 * and what refusals cost is taken from the requests that are served. What takes more care is left to Fastify's way: a request with a body, which
 * must be read to its end, one of health, readiness or metrics, and everything while the server stops.
 *
 * While the process cannot keep up, callers may have gone by the time their requests are read. Nothing is done for those: otherwise a server that was
 * too slow for a moment goes on working for callers who have gone, while those who have not wait until they go, too.
 */
export function refuseEarly(server: HttpServer, { isFull, isStrained, refused }: Admission): void {
  const [handle] = server.listeners('request') as [(request: IncomingMessage, response: ServerResponse) => void]
  const mayBeRefused = ({ url = '', headers }: IncomingMessage): boolean =>
    server.listening && !operationalPaths.has(pathOf(url)) && !hasBody(headers)
  const refuseOr = (go: typeof handle, request: IncomingMessage, response: ServerResponse): void => {
    if (isFull() && mayBeRefused(request)) {
      refused()
      refuse(request, response)
    } else go(request, response)
  }
  const handleUnlessGone: typeof handle = (request, response) => {
    if (!isStrained()) handle(request, response)
    else
      afterNextReads(() => {
        if (!hasGone(request)) refuseOr(handle, request, response)
      })
  }
  server.removeListener('request', handle)
  server.on('request', (request, response) => refuseOr(handleUnlessGone, request, response))
}

/** The end of a connection is read in the turn of the event loop after the one in which its last request was read. */
function afterNextReads(go: () => void): void {
  setImmediate(() => setImmediate(go))
}

const hasGone = ({ destroyed, socket }: IncomingMessage): boolean => destroyed || socket.readableEnded

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
