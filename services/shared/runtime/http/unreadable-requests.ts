import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../process/logger.ts'
import { commonProblem, type commonProblems, problemOf } from './problem.ts'
import { problemMediaType } from './problem-answers.ts'

/** Node's errors about requests that never become one. Any other is a request that cannot be read. */
const codes: Readonly<Record<string, keyof typeof commonProblems>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Milliseconds in which the caller can read the answer before the connection ends. */
const lingerMs = 1000

/** Answers what Node's parser refuses as every other problem is answered; Node's own answers have no body. */
export const answerUnreadable =
  (logger: Logger) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const code = codes[error.code ?? ''] ?? 'BAD_REQUEST'
    logger.info({ code, reason: error.code }, 'unreadable request refused')
    endWith(socket, code)
  }

/** The two kinds of request that Node answers itself, unless told otherwise: CONNECT, and expectations beside `100-continue`. */
export function answerAllRequests(server: HttpServer): void {
  server.on('connect', (_request: IncomingMessage, socket: Socket) => endWith(socket, 'METHOD_NOT_ALLOWED'))
  // RFC 9110 §10.1.1: one that is not known may be passed over.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
}

function endWith(socket: Socket, code: keyof typeof commonProblems): void {
  const problem = problemOf(commonProblem(code))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
