import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, inject, test } from 'vitest'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { quickStart } from '../../../../../quick-start.ts'
import { connect, eventually, expectExactlyOnce, readAll, readEvents } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

const brokers = inject('brokers')
const script = fileURLToPath(new URL('toy-process.ts', import.meta.url))
const eventLog = connect(brokers)
const children: ChildProcess[] = []

const startReplica = (service: string): ChildProcess => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, brokers, service], {
    env: { ...process.env, ...quickStart },
    stdio: 'inherit',
  })
  children.push(child)
  return child
}
const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

afterEach(async () => {
  await Promise.all(children.map(kill))
  await eventLog.close()
})

test('replicas killed in the middle of their work lose nothing and do nothing twice', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const time = new Date().toISOString()
  const command = (n: number) =>
    encodeRecord(
      `${service}.commands`,
      {
        id: `c${n}`,
        type: 'Deposit',
        schemaVersion: 1,
        aggregateId: `a${n % 10}`,
        version: 0,
        causationId: 'test',
        correlationId: 'test',
        time,
      },
      { ref: `r${n}`, cents: 1 },
    )
  const answered = async (): Promise<number> => (await readAll(eventLog, `${service}.events`)).length
  const kills = 3
  const each = 300
  let written = 0
  for (let round = 0; round < kills; round += 1) {
    const replica = startReplica(service)
    const before = await answered()
    // Commands keep coming while the replica is killed: some are decided, some in an open transaction, some not yet read.
    const writing = (async () => {
      for (const end = written + each; written < end; written += 10)
        await eventLog.produce(Array.from({ length: 10 }, (_, n) => command(written + n)))
    })()
    await eventually(async () => (await answered()) > before + 20, 60_000)
    await kill(replica)
    await writing
  }
  startReplica(service)
  await eventually(async () => (await answered()) >= written, 60_000)
  const events = await readEvents(eventLog, `${service}.events`)
  expect(events).toHaveLength(kills * each)
  expectExactlyOnce(events, await readAll(eventLog, `${service}.commands`))
}, 150_000)
