import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ensureKafka } from '../../../../scripts/local/tools/kafka.ts'
import type { KafkaSource } from '../../../../scripts/local/tools/kafka-source.ts'
import { startKafka } from '../../../../scripts/local/tools/start-kafka.ts'
import { patchIdleTimers } from '../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

let directory = ''
beforeAll(async () => {
  patchIdleTimers()
  directory = await mkdtemp(join(tmpdir(), 'breakwater-test-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function withAdmin<T>(brokers: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  try {
    await admin.connect()
    return await ask(admin)
  } finally {
    await admin.disconnect()
  }
}

const topicsOf = (brokers: string): Promise<string[]> => withAdmin(brokers, (admin) => admin.listTopics())

test('the broker that the test run provides answers', async () => {
  await expect(topicsOf(inject('brokers'))).resolves.toBeInstanceOf(Array)
})

test('a broker keeps its topics over a restart on another port, in its own folder whatever that is called, and its process is gone after stop', async () => {
  const place = { dataDir: join(directory, 'my shop é', 'data'), logFile: join(directory, 'kafka.log') }
  const first = await startKafka(place)
  await withAdmin(first.brokers, (admin) => admin.createTopics({ topics: [{ topic: 'kept' }] }))
  await first.stop()
  expect(await readdir(directory)).toEqual(expect.arrayContaining(['kafka.log', 'my shop é']))
  expect((await readdir(directory)).filter((name) => name.startsWith('my shop'))).toEqual(['my shop é'])
  expect(await readdir(join(place.dataDir, 'log'))).toContain('kept-0')
  await expect(topicsOf(first.brokers)).rejects.toThrow()

  const second = await startKafka(place)
  try {
    expect(second.brokers).not.toBe(first.brokers)
    expect(await topicsOf(second.brokers)).toContain('kept')
  } finally {
    await second.stop()
    await second.purge()
  }
})

test('a broker of Maven maps an archive of its classes, and begins with a directory that is formatted whole', async ({ skip }) => {
  const kafka = await ensureKafka()
  if (kafka.kind !== 'maven') return skip('this machine runs Kafka in another way')
  const dataDir = join(directory, 'half formatted')
  await mkdir(join(dataDir, 'log'), { recursive: true })
  // What a copy that was cut off leaves.
  await writeFile(join(dataDir, 'log/bootstrap.checkpoint'), '')
  const place = { dataDir, port: 1, internalPort: 2, controllerPort: 3 }
  const { command, args } = await kafka.launch(place)
  expect((await readdir(join(dataDir, 'log'))).toSorted()).toEqual(['bootstrap.checkpoint', 'meta.properties'])
  expect(await readFile(join(dataDir, 'log/bootstrap.checkpoint'))).not.toHaveLength(0)

  const jvm = args.slice(0, args.indexOf('kafka.Kafka'))
  expect(jvm.join(' ')).toMatch(/-XX:SharedArchiveFile=.+classes\.jsa/)
  const mapped = (options: readonly string[]) =>
    new Promise<number>((resolve) =>
      execFile(command, [...options, '-Xshare:on', '-version'], (error) => resolve(error ? Number(error.code) : 0)),
    )
  expect(await mapped(jvm)).toBe(0)
  expect(await mapped(jvm.map((option) => option.replace('classes.jsa', 'missing.jsa'))), 'the check can fail').toBe(1)
})

test('a port that is taken is an error that names it, not a broker of somebody else', async () => {
  const port = Number(inject('brokers').split(':')[1])
  const started = startKafka({ dataDir: join(directory, 'unlucky'), port, logFile: join(directory, 'unlucky.log') })
  await expect(started).rejects.toThrow(`Port ${port}`)
})

test('a broker that ends at once says where its log is', async () => {
  const source: KafkaSource = {
    kind: 'maven',
    launch: async () => ({ command: 'sh', args: ['-c', 'echo no memory; exit 3'], cleanUp: async () => {} }),
    purge: async () => {},
  }
  const logFile = join(directory, 'unlucky.log')
  await expect(startKafka({ dataDir: directory, logFile, kafka: source })).rejects.toThrow(/ended with 3; see .*unlucky\.log/)
  expect(await readFile(logFile, 'utf8')).toContain('no memory')
})
