import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Below the ports that Linux (32768–60999) and macOS (49152–65535) give to outgoing connections: a port kept for a process that
 * restarts must not be taken by somebody's connection in between.
 */
const range = { first: 12_000, last: 31_999 }

/**
 * Ports of 127.0.0.1 on which nothing listens. They are free again when this returns: the caller must use them soon.
 * Looked for from a random one on, so that two who look at the same time rarely meet.
 * @param promised a port that somebody else will listen on: nothing may listen there yet
 */
export async function freePorts(count: number, promised?: number): Promise<number[]> {
  const start = randomPort()
  const held: { port: number; server: Server }[] = []
  try {
    for (let tried = 0; held.length < count; tried++) {
      const size = range.last - range.first + 1
      if (tried === size) throw new Error(`There are no ${count} free ports on 127.0.0.1 between ${range.first} and ${range.last}.`)
      const port = range.first + ((start - range.first + tried) % size)
      if (port === promised) continue
      const server = await listen(port)
      if (server) held.push({ port, server })
    }
    return held.map(({ port }) => port)
  } finally {
    await Promise.all(held.map(({ server }) => new Promise((closed) => server.close(closed))))
  }
}

/** Whether a port of 127.0.0.1 cannot be listened on. */
export async function isTaken(port: number): Promise<boolean> {
  const server = await listen(port)
  if (!server) return true
  await new Promise((closed) => server.close(closed))
  return false
}

/** Somebody listens where customers should come in: what to do. */
export const portTaken = (port: number): Error =>
  new Error(`Port ${port} is taken. Free it, or choose another one: PORT=${port + 1} make up`)

const randomPort = (): number => range.first + Math.floor(Math.random() * (range.last - range.first))

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return server
  } catch {
    return undefined
  }
}
