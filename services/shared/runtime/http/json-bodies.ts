import type { FastifyInstance, FastifyRequest } from 'fastify'
import { commonProblems, DomainError } from './problem.ts'

/**
 * Bodies are JSON as it is: nothing else, and not compressed. A route that wants no body takes an empty one whatever its content type says,
 * as clients send that announce JSON with every POST.
 */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain'])
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '' && request.routeOptions.schema?.body === undefined) done(null, undefined)
    else void parse(request, text, done)
  })
  app.addHook('onRequest', (request, _reply, done) => done(isEncoded(request) ? encodedBody() : undefined))
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
