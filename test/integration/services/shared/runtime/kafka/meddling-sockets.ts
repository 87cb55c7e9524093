import { connect, type Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'

/** https://kafka.apache.org/protocol.html#protocol_api_keys */
const requests = { findCoordinator: 10, addPartitionsToTransaction: 24, endTransaction: 26 } as const

/**
 * Connections for kafkajs on which something happens at each request of one kind.
 * @param meddle says whether the request is sent all the same
 */
export const meddlingSockets = (kind: keyof typeof requests, meddle: (socket: Socket) => boolean): ISocketFactory => {
  return ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    const write = socket.write.bind(socket)
    // kafkajs writes one request at a time. Its kind comes behind four bytes of size.
    socket.write = (request: Buffer) => (request.readInt16BE(4) === requests[kind] && !meddle(socket) ? false : write(request))
    return socket
  }
}

const cut = (socket: Socket): Socket => socket.destroy(new Error('cut'))

/** Before the broker has the request. */
export const cutBefore = (socket: Socket): boolean => {
  cut(socket)
  return false
}

/** Before the answer comes back, when no other is awaited. */
export const cutBehind = (socket: Socket): boolean => {
  socket.removeAllListeners('data').once('data', () => cut(socket))
  return true
}
