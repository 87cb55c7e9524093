import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Ports of 127.0.0.1 on which nothing listens. All are taken at the same time, so that no two are equal; they are free again when
 * this returns, and the caller must use them soon.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  try {
    await Promise.all(servers.map((server) => server.listening || once(server, 'listening')))
    return servers.map((server) => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
      return address.port
    })
  } finally {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  }
}

/** Whether somebody listens on a port of this machine: on 127.0.0.1 or on all its addresses. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return false
  } catch {
    return true
  } finally {
    server.close()
  }
}
