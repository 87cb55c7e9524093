import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from 'typebox'
import { afterEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../../../../scripts/cli/command-error.ts'
import { action, feed, get, NotFound, type Route } from '../../../../../scripts/console/server/route.ts'
import { createServer, type ServerOptions } from '../../../../../scripts/console/server/server.ts'

const ending = new AbortController()
const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

function serverOf(routes: readonly Route[], options: Partial<ServerOptions> = {}) {
  const page = { script: 'go()', style: 'a{}', hash: 'abc' }
  const server = createServer({ routes, page, token: 'secret', mayAct: true, end: ending.signal, ...options })
  opened.push(server)
  return server
}

const host = '127.0.0.1:18000'
const headers = { host }
const json = { ...headers, 'content-type': 'application/json' }
const allowed = { ...json, 'x-breakwater-token': 'secret' }

describe('the page', () => {
  test('is a document without anything inline, and forbids it', async () => {
    const { headers: said, body } = await serverOf([]).inject({ url: '/', headers })
    expect(said['content-type']).toContain('text/html')
    expect(said['content-security-policy']).toContain("default-src 'none'")
    expect(said['content-security-policy']).not.toContain('unsafe')
    expect(body).not.toMatch(/<style|style=|<script[^>]*>[^<]|\son\w+=|https?:/)
    expect(body).toContain('src="/page-abc.js"')
  })
  test('its files are kept by the browser as long as they are the same', async () => {
    const { headers: said, body } = await serverOf([]).inject({ url: '/page-abc.js', headers })
    expect([body, said['cache-control']]).toEqual(['go()', 'public, max-age=31536000, immutable'])
  })
  test('may be led to from another site, but not be read by it', async () => {
    const server = serverOf([get('/secrets', async () => 1)])
    const cross = { ...headers, 'sec-fetch-site': 'cross-site' }
    expect((await server.inject({ url: '/', headers: cross })).statusCode).toBe(200)
    expect((await server.inject({ url: '/api/secrets', headers: cross })).statusCode).toBe(403)
    expect((await server.inject({ url: '/', headers: { ...cross, origin: 'https://evil.example' } })).statusCode).toBe(403)
  })
  test('answers nothing to a name of somebody else, and says nothing of itself', async () => {
    const answer = await serverOf([]).inject({ url: '/', headers: { host: 'evil.example' } })
    expect([answer.statusCode, answer.body.includes('Breakwater')]).toEqual([421, false])
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('what is asked for', () => {
  const routes = [
    get('/orders/:id', async ({ params, query }) => ({ params, query })),
    get('/missing', async () => Promise.reject(new NotFound('no such order'))),
    get('/refused', async () => Promise.reject(new UsageError('no shop runs here'))),
    get('/broken', async () => Promise.reject(new Error('it broke'))),
  ]
  test('is answered in JSON that nobody keeps', async () => {
    const answer = await serverOf(routes).inject({ url: '/api/orders/ord%201?at=3&at=4', headers })
    expect(answer.json()).toEqual({ params: { id: 'ord 1' }, query: { at: '4' } })
    expect(answer.headers['cache-control']).toBe('no-store')
  })
  test.each([
    ['/api/missing', 404, 'NOT_FOUND', 'no such order'],
    ['/api/refused', 409, 'NOT_POSSIBLE', 'no shop runs here'],
    ['/api/broken', 500, 'INTERNAL', 'it broke'],
    ['/api/nothing', 404, 'NOT_FOUND', 'there is nothing here'],
  ])('%s: the problem %i %s', async (url, status, code, detail) => {
    const answer = await serverOf(routes).inject({ url, headers })
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { status, code, detail }])
  })
})

describe('actions', () => {
  const done: unknown[] = []
  const routes = [action('/act', Type.Object({ name: Type.String({ maxLength: 10 }) }), async ({ name }) => ({ done: done.push(name) }))]
  const post = (options: Partial<ServerOptions>, sent: object) =>
    serverOf(routes, options).inject({ method: 'POST', url: '/api/act', ...sent })

  test('need the token', async () => {
    expect((await post({}, { headers: json, payload: { name: 'a' } })).statusCode).toBe(401)
    expect((await post({}, { headers: { ...allowed, 'x-breakwater-token': 'other' }, payload: { name: 'a' } })).statusCode).toBe(401)
    expect(done).toEqual([])
    expect((await post({}, { headers: allowed, payload: { name: 'a' } })).json()).toEqual({ done: 1 })
  })
  test.each([
    ['one that only looks', { mayAct: false }, { headers: allowed, payload: { name: 'b' } }, 403],
    ['another site', {}, { headers: { ...allowed, origin: 'https://evil.example' }, payload: { name: 'b' } }, 403],
    ['a form', {}, { headers: { ...allowed, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'name=b' }, 415],
    ['text', {}, { headers: { ...allowed, 'content-type': 'text/plain' }, payload: '{"name":"b"}' }, 415],
    ['what is no JSON', {}, { headers: allowed, payload: '{' }, 400],
    ['another shape', {}, { headers: allowed, payload: { name: 3 } }, 400],
    ['too long a value', {}, { headers: allowed, payload: { name: 'x'.repeat(11) } }, 400],
    ['too much', {}, { headers: allowed, payload: { name: 'b', more: 'x'.repeat(70_000) } }, 413],
    ['a get', {}, { method: 'GET', headers: { host, 'x-breakwater-token': 'secret' } }, 404],
  ])('are refused to %s', async (_, options, sent, status) => {
    const before = done.length
    expect((await post(options, sent)).statusCode).toBe(status)
    expect(done).toHaveLength(before)
  })
})

describe('feeds', () => {
  async function listening(routes: readonly Route[], options: Partial<ServerOptions> = {}): Promise<number> {
    const server = serverOf(routes, options)
    await server.listen({ host: '127.0.0.1', port: 0 })
    const address = server.server.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  const open = (port: number, path: string): Socket => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    opened.push({ close: () => socket.destroy() })
    return socket
  }

  test('send each message, and what they failed with', async () => {
    const port = await listening([
      feed('/count', async function* ({ query }) {
        yield { from: query.from }
        throw new Error('no shop runs here')
      }),
    ])
    const answer = await fetch(`http://127.0.0.1:${port}/api/count?from=3`)
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await answer.text()).toBe('retry: 1500\n\ndata: {"from":"3"}\n\nevent: failure\ndata: {"error":"no shop runs here"}\n\n')
  })

  test('a browser that reads nothing makes the source wait, and is dropped', async () => {
    let asked = 0
    const left = Promise.withResolvers<void>()
    const block = 'x'.repeat(256 * 1024)
    const port = await listening(
      [
        feed('/flood', async function* ({ signal }) {
          try {
            while (!signal.aborted) yield { asked: ++asked, block }
          } finally {
            left.resolve()
          }
        }),
      ],
      { limits: { heartbeatMs: 50, stalledMs: 300 } },
    )
    const before = process.memoryUsage().arrayBuffers
    const socket = open(port, '/api/flood')
    socket.pause()
    await delay(200)
    const whenStalled = asked
    await left.promise
    // What the kernel keeps for a connection is all that was ever asked for.
    expect(asked).toBe(whenStalled)
    expect(asked).toBeLessThan(100)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })

  test('end with the browser, also when the source says nothing', async () => {
    const left = Promise.withResolvers<void>()
    const port = await listening([
      feed('/silent', async function* ({ signal }) {
        yield 1
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        left.resolve()
      }),
    ])
    const socket = open(port, '/api/silent')
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    await left.promise
  })

  test('end with the console, and its close waits for nobody', async () => {
    const end = new AbortController()
    const server = serverOf(
      [
        feed('/deaf', async function* () {
          yield 1
          await new Promise(() => {})
        }),
      ],
      { end: end.signal },
    )
    await server.listen({ host: '127.0.0.1', port: 0 })
    const address = server.server.address()
    const answer = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/deaf`)
    end.abort()
    await server.close()
    expect(await answer.text()).toContain('data: 1')
  })

  test('are limited in number', async () => {
    const port = await listening(
      [
        feed('/one', async function* ({ signal }) {
          yield 1
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        }),
      ],
      { maxFeeds: 1 },
    )
    const socket = open(port, '/api/one')
    await new Promise((resolve) => socket.once('data', resolve))
    expect((await fetch(`http://127.0.0.1:${port}/api/one`)).status).toBe(503)
    socket.destroy()
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/api/one`)).status).toBe(200)
  })

  test('what comes at once is read at once, and a heartbeat in between', async () => {
    const port = await listening(
      [
        feed('/slow', async function* () {
          yield 1
          await delay(120)
          yield 2
        }),
      ],
      { limits: { heartbeatMs: 50, stalledMs: 1000 } },
    )
    expect(await (await fetch(`http://127.0.0.1:${port}/api/slow`)).text()).toMatch(/data: 1\n\n(:\n\n){1,2}data: 2\n\n/)
  })
})
