import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Answer } from '../../../../../scripts/load/open-loop/answer-reader.ts'
import { Connections, closedEarly, unreadable } from '../../../../../scripts/load/open-loop/connections.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function to(server: Server): Promise<Connections> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const connections = new Connections(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '/some?q=1')
  closing.push(() => {
    connections.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return connections
}

/** A server that says whatever it wants to each piece that it gets. */
const talking = (answer: (socket: Socket) => void) => to(createServer((socket) => void socket.on('data', () => answer(socket))))

async function serving(listener: RequestListener) {
  let opened = 0
  const server = createHttpServer(listener).on('connection', () => {
    opened += 1
  })
  return { connections: await to(server), opened: () => opened }
}

const ask = (connections: Connections) => new Promise<Answer | string>((resolve) => connections.ask(resolve))

test('the path is asked for at its host, and a connection that has answered serves the next request', async () => {
  const asked: unknown[] = []
  const { connections, opened } = await serving(({ method, url, headers }, response) => {
    asked.push([method, url, headers.host?.startsWith('127.0.0.1:')])
    response.end('{}')
  })
  for (let turn = 0; turn < 3; turn += 1) expect(await ask(connections)).toMatchObject({ status: 200 })
  expect(opened()).toBe(1)
  expect(asked[0]).toEqual(['GET', '/some?q=1', true])
  await Promise.all([ask(connections), ask(connections)])
  expect(opened()).toBe(2)
})

test('a connection that ends with its answer is not used again', async () => {
  const { connections, opened } = await serving((_, response) => void response.setHeader('connection', 'close').end())
  for (let turn = 0; turn < 2; turn += 1) expect(await ask(connections)).toMatchObject({ status: 200, isReusable: false })
  expect(opened()).toBe(2)
})

test('an answer without a length is whole when its connection ends', async () => {
  const connections = await talking((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nhello'))
  expect(await ask(connections)).toMatchObject({ status: 200 })
})

test('what ends early or is no HTTP is an outcome, not an error', async () => {
  expect(await ask(await talking((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel')))).toBe(closedEarly)
  expect(await ask(await talking((socket) => void socket.write('hello\r\n\r\n')))).toBe(unreadable)
})

test('a request that is abandoned is heard of no more, and others are not disturbed', async () => {
  const { connections } = await serving((_, response) => void setTimeout(() => response.end(), 20))
  let heard = 0
  const abandon = connections.ask(() => {
    heard += 1
  })
  abandon()
  expect(await ask(connections)).toMatchObject({ status: 200 })
  expect(heard).toBe(0)
})
