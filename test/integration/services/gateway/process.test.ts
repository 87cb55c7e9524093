import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { topics } from '../../../../services/shared/contracts/topology.ts'
import { createMissingTopics } from '../../../../services/shared/runtime/kafka/create-missing-topics.ts'
import { runVariable } from '../../../mark-run.ts'
import { quickStart } from '../../../quick-start.ts'
import { newKey, sign, startIssuer } from '../../../unit/services/gateway/authorizers/jwt/issuer.ts'
import { startUpstream } from '../../mesh/envoy/upstream.ts'

const main = fileURLToPath(new URL('../../../../services/gateway/main.ts', import.meta.url))
const brokers = inject('brokers')
const started: ChildProcess[] = []
beforeAll(async () => {
  await createMissingTopics(
    brokers,
    topics(1).filter(({ name }) => name.startsWith('gateway.')),
  )
})
afterEach(() => started.splice(0).forEach((child) => void child.kill('SIGKILL')))

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: {
      ...quickStart,
      PATH: process.env.PATH,
      [runVariable]: process.env[runVariable],
      HOST: '127.0.0.1',
      PORT: '0',
      POD_NAME: 'gateway-0',
      KAFKA_BROKERS: brokers,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  return { child, exited, stderr: text(child.stderr) }
}

/** A running gateway: its URL is in the log line that Fastify writes when it listens. */
async function listening(env: Record<string, string>) {
  const running = start(env)
  const lines: Record<string, unknown>[] = []
  const found = Promise.withResolvers<string>()
  createInterface(running.child.stdout).on('line', (line) => {
    const entry = JSON.parse(line) as Record<string, unknown>
    lines.push(entry)
    const [url] = /http:\/\/\S+/.exec(String(entry.msg)) ?? []
    if (url) found.resolve(url)
  })
  return { ...running, lines, url: await found.promise }
}

test('a wrong setting stops the start with one line that names it, and exit code 78', async () => {
  const { exited, stderr } = start({ PORT: 'http', MESH_OUTBOUND: 'nowhere' })
  expect(await exited).toBe(78)
  const message = await stderr
  expect(message).toMatch(/^gateway cannot start: PORT must be integer, but is "http" .*; MESH_OUTBOUND must match pattern .*\n$/)
  expect(message.split('\n')).toHaveLength(2)
})

test('a port that is taken is fatal: one log line, exit code 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { child, exited } = start({ PORT: String(port) })
  const lines = (await text(child.stdout)).trim().split('\n')
  const fatal = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'fatal')
  expect(fatal).toEqual([
    expect.objectContaining({ service: 'gateway', pod: 'gateway-0', err: expect.objectContaining({ code: 'EADDRINUSE' }) }),
  ])
  expect(await exited).toBe(1)
  holder.close()
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s: open requests are answered, then it ends with 0', async (signal) => {
  const arrived = Promise.withResolvers<() => void>()
  await using catalog = await startUpstream((_request, response) => arrived.resolve(() => void response.writeHead(500).end()))
  const { url, child, exited, lines } = await listening({ MESH_OUTBOUND: `127.0.0.1:${catalog.port}` })
  const open = fetch(`${url}/v1/products`)
  const release = await arrived.promise
  child.kill(signal)
  // The port closes once it has understood the signal; the open request is still being worked on.
  await expect
    .poll(() =>
      fetch(`${url}/healthz`)
        .then((response) => response.status)
        .catch(() => 'closed'),
    )
    .toBe('closed')
  release()
  expect((await open).status).toBe(503)
  expect(await exited).toBe(0)
  expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['stopping', 'stopped']))
})

test('what does not end in its grace period ends with 1', async () => {
  const arrived = Promise.withResolvers<void>()
  await using catalog = await startUpstream(() => arrived.resolve())
  const env = { MESH_OUTBOUND: `127.0.0.1:${catalog.port}`, SHUTDOWN_GRACE_MS: '200', UPSTREAM_TIMEOUT_MS: '60000' }
  const { url, child, exited, lines } = await listening(env)
  const open = fetch(`${url}/v1/products`).catch((error: unknown) => error)
  await arrived.promise
  child.kill('SIGTERM')
  expect(await exited).toBe(1)
  expect(lines.at(-1)).toMatchObject({ level: 'fatal', msg: 'stopping took too long' })
  expect(await open).toBeInstanceOf(Error)
})

test('a body of 10 MB over a real socket is refused, and the gateway goes on', async () => {
  const key = await newKey('ES256')
  const issuer = await startIssuer([key])
  onTestFinished(() => void issuer.stop())
  const token = await sign(key, { iss: issuer.url, aud: 'breakwater', sub: 'alice', client_id: 'tools', scope: 'orders:own' })
  const { url } = await listening({ JWT_ISSUER: issuer.url })
  const body = `{"customerId":"${'a'.repeat(10_000_000)}"}`
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-12345', authorization: `Bearer ${token}` }
  const order = async () => (await fetch(`${url}/v1/orders`, { method: 'POST', headers, body })).json() as Promise<{ code: string }>
  // Until it has the keys of its issuer it cannot know who asks.
  await expect.poll(async () => (await order()).code, { timeout: 20_000 }).not.toBe('AUTHORIZER_UNAVAILABLE')
  expect(await order()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
  const { authorization: _, ...nobody } = headers
  expect((await fetch(`${url}/v1/orders`, { method: 'POST', headers: nobody, body })).status, 'refused before it is read').toBe(401)
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200)
})

test.each([0, 3])(
  'nobody reads its output any more: after %i lines into nothing it still ends with 0',
  async (requests) => {
    const { url, child, exited } = await listening({})
    child.stdout.destroy()
    for (let n = 0; n < requests; n += 1) expect((await fetch(`${url}/nothing-here`)).status).toBe(404)
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  },
  15_000,
)

test('a start warns of nothing', async () => {
  const { child, exited, stderr } = await listening({})
  child.kill('SIGTERM')
  await exited
  expect(await stderr).toBe('')
})
