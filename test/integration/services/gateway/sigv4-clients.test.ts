import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Server } from '../../../../services/shared/runtime/http/server.ts'
import { runProcess } from '../../../run-process.ts'
import { request, signer, type ToSign } from '../../../unit/services/gateway/authorizers/sigv4/aws-signer.ts'
import { acme, signedServer } from '../../../unit/services/gateway/authorizers/sigv4/signed-server.ts'
import { testThatNeeds } from '../../test-that-needs.ts'

/** Signed requests over real connections: those of a command line tool that others write, and what only a socket can send. */
const lines: string[] = []
let app: Server
let port: number

beforeAll(async () => {
  app = signedServer({}, lines)
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterAll(async () => {
  app.server.closeAllConnections()
  await app.close()
})

const hasAwscurl = await runProcess('awscurl', ['--help']).then(
  () => true,
  () => false,
)
const withAwscurl = testThatNeeds(hasAwscurl ? undefined : 'there is no awscurl: pip install awscurl')

/** Its defaults are region us-east-1 and service execute-api, as ours. */
const awscurl = async (path: string, ...args: readonly string[]) => {
  const keys = { AWS_ACCESS_KEY_ID: acme.accessKeyId, AWS_SECRET_ACCESS_KEY: acme.secretAccessKey }
  const { out, err } = await runProcess('awscurl', ['-i', ...args, `http://127.0.0.1:${port}${path}`], { env: keys })
  return `${out}${err}`
}

withAwscurl('what awscurl signs is understood: path, query, body', async () => {
  const [read, asked, written] = await Promise.all([
    awscurl('/things/a%20b'),
    awscurl("/things/one?b=2&a=1&a=0&empty=&q=it's"),
    awscurl('/things', '-X', 'POST', '-H', 'content-type: application/json', '-d', '{"name":"Hafen-Becher für Ærø"}'),
  ])
  expect(read).toContain('"caller":"acme"')
  expect(asked).toContain('"query":{"b":"2","a":["1","0"],"empty":"","q":"it\'s"}')
  expect(written).toContain('"body":{"name":"Hafen-Becher für Ærø"}')
})

withAwscurl('with another secret awscurl is refused and told what was signed here', async () => {
  const { out } = await runProcess('awscurl', [`http://127.0.0.1:${port}/things/one`], {
    env: { AWS_ACCESS_KEY_ID: acme.accessKeyId, AWS_SECRET_ACCESS_KEY: 'guessed' },
  })
  expect(JSON.parse(out)).toMatchObject({ code: 'UNAUTHENTICATED', detail: expect.stringContaining('Signed here: path /things/one') })
})

/** Everything that comes back for these bytes until the connection ends, or until there is nothing more for a moment. */
const answers = (text: string | readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const chunk of [text].flat()) socket.write(chunk, 'latin1')
    })
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
      socket.setTimeout(200)
    })
    socket.on('close', () => resolve(answer)).on('error', reject)
    socket.setTimeout(5000).on('timeout', () => socket.destroy())
  })

/** The head of a signed request as its bytes, which tests then change. */
async function head(given: ToSign, options: Parameters<typeof signer>[0] = {}): Promise<string> {
  const { method, path, headers } = await signer(options).sign(request(given))
  return [`${method} ${path} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
}

const statuses = (answer: string): number[] => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

test('a path that is not the one that was signed is refused, even when both would be signed alike', async () => {
  const signed = await head({})
  for (const path of ['/things/x/../one', '/things//one', '/things/./one'])
    expect(statuses(await answers(signed.replace('/things/one', path))), path).toEqual([401])
})

test('bytes beyond ASCII are signed as they are on the wire', async () => {
  const signed = await head({ path: '/things/caf\u00e9'.replace('\u00e9', '%C3%A9'), headers: { 'x-note': 'plain' } })
  expect(statuses(await answers(signed))).toEqual([200])
  expect(statuses(await answers(signed.replace('plain', 'pl\u00e9in')))).toEqual([401])
})

test('a folded header never gets past', async () => {
  const signed = await head({ headers: { 'x-note': 'a b' } })
  expect(statuses(await answers(signed))).toEqual([200])
  for (const status of statuses(await answers(signed.replace('x-note: a b', 'x-note: a\r\n b')))) expect([200, 400]).toContain(status)
})

test.each([
  ['sent', true],
  ['not sent', false],
])('a body beyond the limit is 413, and the connection goes on: its hash is %s', async (_what, applyChecksum) => {
  const body = JSON.stringify({ name: 'x'.repeat(400_000) })
  const json = { 'content-type': 'application/json' }
  const big = await head(
    { method: 'POST', path: '/things', headers: { ...json, 'content-length': String(body.length) }, body },
    { applyChecksum },
  )
  expect(statuses(await answers([big, body, await head({})]))).toEqual([413, 200])
})

test('a body that comes in pieces is held against its hash, and another is refused before its route sees it', async () => {
  const body = JSON.stringify({ name: 'mug' })
  const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
  const pieces = (text: string) => `${[...text].map((char) => `1\r\n${char}\r\n`).join('')}0\r\n\r\n`
  for (const applyChecksum of [true, false]) {
    const signed = async (date: number) => {
      const { headers, ...rest } = request({ method: 'POST', path: '/things', headers: { ...chunked, 'x-note': String(date) }, body })
      const wire = await signer({ applyChecksum }).sign({ ...rest, headers })
      return [`POST /things HTTP/1.1`, ...Object.entries(wire.headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
    }
    const right = await answers([await signed(1), pieces(body), await head({})])
    expect(statuses(right)).toEqual([200, 200])
    expect(right).toContain('{"caller":"acme","body":{"name":"mug"}}')
    const wrong = await answers([await signed(2), pieces(body.replace('mug', 'jug')), await head({})])
    expect(statuses(wrong)).toEqual([401, 200])
    expect(wrong).not.toContain('jug')
  }
})

test('who goes away in the middle of a signed body leaves nothing behind', async () => {
  const body = JSON.stringify({ name: 'mug' })
  for (const applyChecksum of [true, false]) {
    const signed = await head(
      { method: 'POST', path: '/things', headers: { 'content-type': 'application/json', 'content-length': String(body.length) }, body },
      { applyChecksum },
    )
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(signed + body.slice(0, 5), () => setTimeout(() => socket.destroy(), 50)))
      socket.on('close', () => resolve())
    })
  }
  await expect.poll(() => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)))).toBe(0)
  expect(statuses(await answers(await head({})))).toEqual([200])
})

test('no secret was logged, and nobody’s body', () => {
  const log = lines.join('')
  expect(log).toContain('"accessKeyId":"AKACME0001"')
  expect(log).not.toContain(acme.secretAccessKey)
  expect(log).not.toMatch(/Signature=|"name"|"level":"error"/)
})
