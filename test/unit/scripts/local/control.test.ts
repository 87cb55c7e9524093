import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { control } from '../../../../scripts/local/control.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** A supervisor that behaves as the test wants. */
async function supervisor(answer: RequestListener) {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-control-'))
  const controlSocket = join(directory, 'socket')
  const server = createServer(answer)
  await new Promise<void>((listening) => server.listen(controlSocket, listening))
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true })
  })
  return control({ controlSocket }, { answer: 100, stream: 100 })
}
const all = async <T>(lines: AsyncIterable<T>, into: T[] = []): Promise<T[]> => {
  for await (const line of lines) into.push(line)
  return into
}

test('a refusal is said in its own words', async () => {
  const { restart, signal } = await supervisor((request, response) => response.writeHead(404).end(`no ${request.url}\n`))
  await expect(restart('a b')).rejects.toThrow('no /replicas/a%20b/restart')
  await expect(signal('é-0', 'SIGKILL')).rejects.toThrow('no /replicas/%C3%A9-0/signal')
})

test('what is asked arrives whole', async () => {
  const arrived: string[] = []
  const { signal } = await supervisor(async (request, response) => {
    arrived.push(`${request.method} ${request.headers['content-type']} ${String(await request.toArray())}`)
    response.end()
  })
  await signal('orders-0', 'SIGSTOP', 'sidecar')
  expect(arrived).toEqual(['POST application/json {"signal":"SIGSTOP","container":"sidecar"}'])
})

test('a stream is told line by line, however it is cut', async () => {
  const { progress } = await supervisor(async (_request, response) => {
    response.write('{"kind":"st')
    setImmediate(() => response.end('ep","text":"é"}\n{"kind":"ready"}\n'))
  })
  expect(await all(progress())).toEqual([{ kind: 'step', text: 'é' }, { kind: 'ready' }])
})

test.each<[string, RequestListener, RegExp]>([
  ['says nothing', () => {}, /said nothing for 0\.1 s/],
  ['falls silent in the middle', (_request, response) => void response.write('first\n'), /said nothing for 0\.1 s/],
  ['dies before it answers', (request) => void request.socket.destroy(), /socket hang up/],
  [
    'dies in the middle',
    (request, response) => {
      response.write('first\n')
      setTimeout(() => request.socket.destroy(), 20)
    },
    /aborted/,
  ],
])('a supervisor that %s ends the reading with an error', async (_, answer, reason) => {
  const { stop } = await supervisor(answer)
  await expect(all(stop())).rejects.toThrow(reason)
})

test('without a supervisor there is an error, too', async () => {
  await expect(control({ controlSocket: '/nowhere' }).state()).rejects.toThrow('ENOENT')
})
