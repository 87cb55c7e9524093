import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'

type RefusedStatus = 400 | 413 | 415 | 503

/** A body that is not taken, with the status of the answer. */
export class RefusedBody extends Error {
  readonly status: RefusedStatus

  constructor(status: RefusedStatus, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The whole body of a request, unpacked.
 * @param maxBytes of the body, also when it is unpacked
 * @param arrived is told how many bytes have come; what it throws ends the reading
 * @throws RefusedBody when it is larger, or packed in another way than gzip
 */
export async function readBody(request: IncomingMessage, maxBytes: number, arrived: (bytes: number) => void): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new RefusedBody(415, `The content encoding ${encoding} is not supported: use gzip.`)
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge(maxBytes)
  // Left open when the reading ends early, so that the refusal can be written.
  return whole(encoding === 'gzip' ? unpacked(request) : request.iterator({ destroyOnReturn: false }), maxBytes, arrived)
}

async function whole(stream: AsyncIterable<Buffer>, maxBytes: number, arrived: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    arrived(chunk.length)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function* unpacked(request: IncomingMessage): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  request.on('error', (error) => gunzip.destroy(error))
  try {
    yield* request.pipe(gunzip)
  } catch {
    throw new RefusedBody(400, 'The body is not packed with gzip.')
  } finally {
    gunzip.destroy()
  }
}

const tooLarge = (maxBytes: number): RefusedBody => new RefusedBody(413, `The body is larger than ${maxBytes} bytes.`)
