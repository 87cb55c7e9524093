import type { FastifyInstance, FastifyRequest } from 'fastify'
import { maxBodyDepth } from '../../contracts/request-limits.ts'
import { commonProblem, commonProblems, DomainError } from './problem.ts'

/**
 * Bodies are JSON as it is: nothing else, and not compressed. A route that wants no body takes an empty one whatever its content type says,
 * as clients send that announce JSON with every POST. What is nested too deeply is not even parsed.
 */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain'])
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '' && request.routeOptions.schema?.body === undefined) done(null, undefined)
    else if (isDeeperThan(maxBodyDepth, text)) done(commonProblem('BODY_TOO_DEEP'))
    else void parse(request, text, done)
  })
  app.addHook('onRequest', (request, _reply, done) => done(isEncoded(request) ? encodedBody() : undefined))
}

/** Whether JSON has more objects and lists in one another; what it says of anything else does not matter. One look at each character, however odd. */
export function isDeeperThan(levels: number, text: string): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > levels) return true
  }
  return false
}

/** Whether the request has a body that would have to be decoded first. */
const isEncoded = ({ headers, is404 }: FastifyRequest): boolean =>
  !is404 && hasBody(headers) && !['', 'identity'].includes((headers['content-encoding'] ?? '').trim().toLowerCase())

/** RFC 9112 §6: a body is there when its length or its coding is told. */
export const hasBody = (headers: FastifyRequest['headers']): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const encodedBody = (): DomainError =>
  new DomainError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    ...commonProblems.UNSUPPORTED_MEDIA_TYPE,
    detail: 'The body must be sent without content-encoding.',
    headers: { 'accept-encoding': 'identity' },
  })
