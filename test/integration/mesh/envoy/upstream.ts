import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A replica that does what the test says. */
export interface Upstream extends AsyncDisposable {
  readonly port: number
  /** Requests that arrived. */
  readonly seen: IncomingMessage[]
}

export async function startUpstream(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Upstream> {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
  return {
    port: address.port,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
