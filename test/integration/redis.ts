import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'

const program = ['redis-server', 'valkey-server']
  .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((place) => join(place, name)))
  .find((path) => existsSync(path))

/** Why there is no Redis for tests, or undefined. */
export const missingRedis: string | undefined = program === undefined ? 'no redis-server or valkey-server on PATH' : undefined

/** A Redis server of its own, on a port of its own. */
export interface RealRedis {
  readonly url: string
  readonly client: Redis
  /** Its process sleeps: connections stay, nothing answers. */
  pause(): void
  resume(): void
  /** As when its machine fails: at once. */
  kill(): Promise<void>
  /** Again, on the same port, with nothing in it. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts Redis without persistence. To be stopped by whoever starts it. */
export async function startRedis(): Promise<RealRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => 50 })
  client.on('error', () => undefined)
  const launch = () => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory]
    const started = spawn(program ?? '', settings, { stdio: 'ignore' })
    return started
  }
  let server = launch()
  const endWithUs = () => server.kill('SIGKILL')
  process.once('exit', endWithUs)
  const ended = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill('SIGKILL')
    await exit
  }
  await untilAnswering(client)
  return {
    url,
    client,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    kill: ended,
    start: async () => {
      server = launch()
      await untilAnswering(client)
    },
    stop: async () => {
      process.off('exit', endWithUs)
      client.disconnect()
      await ended()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function untilAnswering(client: Redis): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answered = await Promise.race([client.ping().catch(() => undefined), setTimeout(50)])
    if (answered === 'PONG') return
    await setTimeout(20)
  }
  throw new Error('redis-server does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
