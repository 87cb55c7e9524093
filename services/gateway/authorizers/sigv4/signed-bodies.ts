import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { maxBodyBytes } from '../../../shared/contracts/request-limits.ts'
import { commonProblem } from '../../../shared/runtime/http/problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body, where it had to be read to check its signature. */
    signedBody?: Buffer
  }
}

/** Routes get the body of a signed request as it was checked. */
export function passOnSignedBodies(app: FastifyInstance): void {
  app.decorateRequest('signedBody')
  app.addHook('preParsing', ({ signedBody }, _reply, payload, done) => done(null, signedBody ? Readable.from([signedBody]) : payload))
}

/**
 * The whole body. No more of it is held than the server takes of any body.
 * @throws BODY_TOO_LARGE, or BAD_REQUEST when it ends before it is whole
 */
export async function readBody({ raw, headers }: FastifyRequest): Promise<Buffer> {
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) throw commonProblem('BODY_TOO_LARGE')
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // Left early it must not end the connection: the answer would be lost.
    for await (const chunk of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBodyBytes) break
      chunks.push(chunk)
    }
  } catch {
    throw commonProblem('BAD_REQUEST', 'The body has ended before it was whole.')
  }
  if (bytes > maxBodyBytes) throw commonProblem('BODY_TOO_LARGE')
  return Buffer.concat(chunks)
}
