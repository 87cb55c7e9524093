import { EventEmitter } from 'node:events'
import type { ISocketFactory } from 'kafkajs'
import { beforeEach, expect, test, vi } from 'vitest'
import { severablePolls } from '../../../../../../../services/shared/runtime/kafka/reading/severable-polls.ts'

class FakeSocket extends EventEmitter {
  readonly written: Buffer[] = []
  readonly destroy = vi.fn()
  write(request: Buffer): boolean {
    this.written.push(request)
    return true
  }
}

const sockets = vi.hoisted((): unknown[] => [])
vi.mock('kafkajs/src/network/socketFactory.js', () => ({
  default: () => () => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket
  },
}))
beforeEach(() => void sockets.splice(0))

/** As kafkajs writes it: four bytes of size, then its kind. */
const request = (kind: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeInt16BE(kind, 4)
  return bytes
}
const [fetch, heartbeat] = [request(1), request(12)]
const nowhere = { host: 'nowhere', port: 1, ssl: {}, onConnect: () => undefined } as unknown as Parameters<ISocketFactory>[0]

function connected(...requests: readonly Buffer[]) {
  const { open, sever } = severablePolls()
  for (const one of requests) {
    const socket = open(nowhere)
    expect(socket.write(one)).toBe(true)
  }
  return { sever, sockets: sockets as FakeSocket[] }
}

test('of all connections only those that fetch are cut, with an error, so that kafkajs still leaves the group on the others', () => {
  const { sever, sockets } = connected(fetch, heartbeat)
  sever()
  expect(sockets[0]?.destroy).toHaveBeenCalledExactlyOnceWith(new Error('the poll was cut short'))
  expect(sockets[1]?.destroy).not.toHaveBeenCalled()
})

test('what is written goes out as it is', () => {
  const { sockets } = connected(fetch, heartbeat)
  expect(sockets.map(({ written }) => written)).toEqual([[fetch], [heartbeat]])
})

test('bytes too short for a request, as tokens of authentication may be, pass', () => {
  const token = Buffer.from('ok')
  expect(connected(token).sockets[0]?.written).toEqual([token])
})

test('a connection that was closed is not cut', () => {
  const { sever, sockets } = connected(fetch)
  sockets[0]?.emit('close')
  sever()
  expect(sockets[0]?.destroy).not.toHaveBeenCalled()
})
