import type { Socket } from 'node:net'
import type { ISocketFactory } from 'kafkajs'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'

/** https://kafka.apache.org/protocol.html#protocol_api_keys */
const fetch = 1

/** Connections of one client, of which those that fetch can be cut: kafkajs keeps them apart from those that carry everything else. */
export function severablePolls(): { readonly open: ISocketFactory; sever(): void } {
  const connect = createSocketFactory()
  const fetching = new Set<Socket>()
  return {
    open: (options) => {
      const socket = connect(options)
      const write = socket.write.bind(socket)
      // kafkajs writes one request at a time. Its kind comes behind four bytes of size; a token of SASL before version 1 of its handshake has none.
      socket.write = (request: Buffer) => {
        if (request.length > 5 && request.readInt16BE(4) === fetch) fetching.add(socket)
        return write(request)
      }
      return socket.once('close', () => fetching.delete(socket))
    },
    sever: () => {
      // With an error: of a broker that closes a connection kafkajs forgets everything, also how to leave the group.
      for (const socket of fetching) socket.destroy(new Error('the poll was cut short'))
    },
  }
}
