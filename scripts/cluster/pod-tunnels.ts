import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { type KubeConfig, PortForward } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** Ports of pods at ports of this machine, through the API server: what `kubectl port-forward` does, without a process for each. */
export interface PodTunnels {
  /**
   * Enters the pod behind its proxy, which neither counts nor refuses what comes this way.
   * @param localPort when it must be this one; else any free one
   * @returns the port of 127.0.0.1, the same each time
   * @throws ClusterError when `localPort` is taken
   */
  to(end: PodPort, localPort?: number): Promise<number>
  /** Breaks what still flows. */
  close(): Promise<void>
}

export function podTunnels(config: KubeConfig): PodTunnels {
  const forward = new PortForward(config)
  const open = new Map<string, Promise<Tunnel>>()
  return {
    to: async (end, localPort = 0) => {
      const key = `${end.namespace}/${end.pod}:${end.port}`
      const tunnel = open.get(key) ?? listen(forward, end, localPort)
      open.set(key, tunnel)
      return (await tunnel).port
    },
    close: async () => {
      const tunnels = await Promise.allSettled(open.values())
      await Promise.all(tunnels.map((tunnel) => tunnel.status === 'fulfilled' && tunnel.value.close()))
    },
  }
}

interface Tunnel {
  readonly port: number
  close(): Promise<void>
}

async function listen(forward: PortForward, end: PodPort, localPort: number): Promise<Tunnel> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever dialled sees the broken connection, and says what it was for.
    socket.on('error', () => {})
    join(forward, end, socket).catch(() => socket.destroy())
  })
  server.listen(localPort, '127.0.0.1')
  await once(server, 'listening').catch(() => {
    throw new ClusterError(`Port ${localPort} of this machine is taken, and ${end.pod} can be reached at no other: stop what uses it.`)
  })
  return {
    port: portOf(server),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** One connection of this machine, joined to one of its own inside the pod. */
async function join(forward: PortForward, { namespace, pod, port }: PodPort, socket: Socket): Promise<void> {
  // Why nobody in the pod answers, if so; it begins with nothing.
  const refusals = new Writable({
    write: (reason: Buffer, _encoding, done) => {
      if (reason.length > 0) socket.destroy()
      done()
    },
  })
  const joined = await forward.portForward(namespace, pod, [port], socket, refusals, socket)
  const webSocket = typeof joined === 'function' ? joined() : joined
  if (!webSocket || socket.destroyed) return webSocket?.close()
  webSocket.onclose = () => socket.destroy()
  socket.on('close', () => webSocket.close())
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port.')
  return address.port
}
