import { execFile, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openDatabase } from '../../services/shared/runtime/projections/index.ts'

const run = promisify(execFile)
const image = 'postgres:17'

/** A PostgreSQL server of its own, with data that go away with it; or why there is none. */
export type RealPostgres = { readonly url: string; stop(): Promise<void> } | { readonly missing: string }

/**
 * `POSTGRES_URL`, else PostgreSQL's programs of this machine, else Docker where it has the image already.
 * @throws Error with REQUIRE_ALL in the environment, when there is none: the gate skips nothing
 */
export async function startPostgres(): Promise<RealPostgres> {
  const postgres = await findPostgres()
  if ('missing' in postgres) {
    if (process.env.REQUIRE_ALL) throw new Error(`tests need a PostgreSQL server: ${postgres.missing}`)
    console.warn(`tests of a PostgreSQL server are skipped: ${postgres.missing}`)
  }
  return postgres
}

async function findPostgres(): Promise<RealPostgres> {
  if (process.env.POSTGRES_URL) return { url: process.env.POSTGRES_URL, stop: async () => undefined }
  const programs = programsDirectory()
  if (programs) return startPrograms(programs)
  const hasImage = await run('docker', ['image', 'inspect', image]).catch(() => undefined)
  if (hasImage) return startContainer()
  return { missing: `no POSTGRES_URL, no initdb and postgres on PATH, and Docker has no ${image}` }
}

/** What stands in a skipped test's name. */
export const reasonOf = (postgres: RealPostgres): string => ('missing' in postgres ? ` (skipped: ${postgres.missing})` : '')

function programsDirectory(): string | undefined {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...globSync('/usr/lib/postgresql/*/bin')]
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')))
}

/** @returns what is missing when this user cannot run them */
async function startPrograms(programs: string): Promise<RealPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-postgres-'))
  // PostgreSQL refuses to run as root; any other user will do.
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  if (nobody.uid !== undefined) await chown(directory, nobody.uid, nobody.gid)
  const data = join(directory, 'data')
  const locale = { ...process.env, LC_ALL: 'C.UTF-8' }
  const refusal = await run(join(programs, 'initdb'), ['-D', data, '-U', 'test', '-A', 'trust', '-N'], {
    ...nobody,
    cwd: directory,
    env: locale,
  })
    .then(() => undefined)
    .catch(({ message, stderr }: Error & { stderr?: string }) => stderr?.trim().replaceAll('\n', '; ') || message)
  if (refusal !== undefined) {
    await rm(directory, { recursive: true, force: true })
    // A user without an entry in /etc/passwd, as containers have them, is one that initdb does not take.
    return { missing: `${join(programs, 'initdb')} does not work for user ${nobody.uid ?? process.getuid?.()}: ${refusal}` }
  }
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${directory}`, 'fsync=off']
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...nobody,
    cwd: directory,
    stdio: 'ignore',
  })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const endWithUs = () => server.kill('SIGINT')
  process.once('exit', endWithUs)
  const url = `postgres://test@127.0.0.1:${port}/postgres`
  await untilAnswering(url)
  return {
    url,
    stop: async () => {
      process.off('exit', endWithUs)
      server.kill('SIGINT')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function startContainer(): Promise<RealPostgres> {
  const args = ['run', '--detach', '--rm', '--env', 'POSTGRES_PASSWORD=test', '--publish', '127.0.0.1::5432', image]
  const container = (await run('docker', args)).stdout.trim()
  const { stdout } = await run('docker', ['port', container, '5432/tcp'])
  const url = `postgres://postgres:test@${stdout.trim().split('\n')[0]}/postgres`
  await untilAnswering(url)
  return { url, stop: async () => void (await run('docker', ['rm', '--force', container])) }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilAnswering(url: string): Promise<void> {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const database = await openDatabase(url, quiet)
    const answered = await database.query('SELECT 1').then(
      () => true,
      () => false,
    )
    await database.close()
    if (answered) return
    await setTimeout(200)
  }
  throw new Error(`PostgreSQL at ${url} does not answer`)
}
