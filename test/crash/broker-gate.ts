import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Stands between the clients and the broker, so that answers to commits can be lost: nobody else can do that at the right moment. */
export interface BrokerGate {
  /** Until then, connections of the service break at each of its commits: before the broker has it, or before its answer comes back. */
  cutCommits(service: string, ms: number): Promise<void>
  close(): Promise<void>
}

/** EndTxn: https://kafka.apache.org/protocol.html#protocol_api_keys */
const endTransaction = 26

/**
 * @param port where clients dial, and what the broker tells them to dial
 * @param brokerPort where the broker listens; it may be away
 * @param isEarly decides at which of the two moments a commit is cut
 */
export async function startBrokerGate(port: number, brokerPort: number, isEarly: () => boolean): Promise<BrokerGate> {
  const cutting = new Map<string, number>()
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      broker.destroy()
    }
    for (const socket of [client, broker]) {
      open.add(socket)
      // The other side learns of an end by its own connection.
      socket.on('error', cut).on('close', () => {
        open.delete(socket)
        cut()
      })
    }
    let doomed: number | undefined
    inFrames(client, (frame) => {
      const service = committer(frame)
      if (service !== undefined && cutting.has(service)) {
        if (isEarly()) return cut()
        doomed = frame.readInt32BE(8)
      }
      broker.write(frame)
    })
    inFrames(broker, (frame) => (frame.readInt32BE(4) === doomed ? cut() : client.write(frame)))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    cutCommits: async (service, ms) => {
      cutting.set(service, (cutting.get(service) ?? 0) + 1)
      await delay(ms)
      const left = (cutting.get(service) ?? 1) - 1
      if (left === 0) cutting.delete(service)
      else cutting.set(service, left)
    },
    close: async () => {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Whose commit a request is: transactional ids are `<service>-<partition>`. Size, key, version, correlation id and client id come first. */
function committer(request: Buffer): string | undefined {
  if (request.readInt16BE(4) !== endTransaction) return undefined
  const afterClient = 14 + Math.max(0, request.readInt16BE(12))
  const length = request.readInt16BE(afterClient)
  return request.toString('utf8', afterClient + 2, afterClient + 2 + length).replace(/-\d+$/, '')
}

/** Bytes in any portions → whole requests or answers, their four bytes of size included. */
function inFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let waiting: Buffer = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
      const end = 4 + waiting.readInt32BE(0)
      onFrame(waiting.subarray(0, end))
      waiting = waiting.subarray(end)
    }
  })
}
