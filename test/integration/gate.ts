import { connect, createServer, type Socket } from 'node:net'

/** A TCP port that leads to another one while it is open. Closed it ends its connections and takes no new ones. */
export interface Gate {
  readonly port: number
  open(): Promise<void>
  close(): Promise<void>
  /** Lets nothing more through the connections that there are, and tells neither side: as a network that forgot them. */
  stall(): void
}

export async function openGate(host: string, port: number): Promise<Gate> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.on('error', () => undefined).once('close', () => sockets.delete(socket)))
    return socket
  }
  const server = createServer((inside) => {
    const outside = keep(connect(port, host))
    keep(inside).pipe(outside).pipe(inside)
    inside.once('close', () => outside.destroy())
    outside.once('close', () => inside.destroy())
  })
  const listen = (at: number) => new Promise<void>((done, failed) => server.once('error', failed).listen(at, '127.0.0.1', done))
  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    open: () => listen(address.port),
    close: async () => {
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    stall: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
  }
}
