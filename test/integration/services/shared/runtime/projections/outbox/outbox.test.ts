import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { RowChanged } from '../../../../../../../services/shared/runtime/projections/outbox/outbox.ts'
import { quickStart } from '../../../../../../quick-start.ts'
import { connect, eventually, readAll } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../../event-sourcing/toy-topics.ts'
import { deposit } from '../toy-balances.ts'

const brokers = inject('brokers')
const script = fileURLToPath(new URL('killed-teller.ts', import.meta.url))
const eventLog = connect(brokers)
let directory: string
let child: ChildProcess | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakwater-feed-'))
})
afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await eventLog.close()
  await rm(directory, { recursive: true, force: true })
})

test('killed between row and telling, or between telling and forgetting: every change is told, in the order of its row', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const start = (dies: string): ChildProcess => {
    const args = ['--disable-warning=ExperimentalWarning', script, brokers, service, join(directory, 'db'), dies]
    child = spawn(process.execPath, args, { env: { ...process.env, ...quickStart }, stdio: 'inherit' })
    return child
  }
  const write = (cents: number) => eventLog.produce(['a', 'b', 'c'].map((account) => deposit(service, account, cents)))
  const told = async () =>
    (await readAll(eventLog, `${service}.commands`)).map(({ key, value }) => ({
      key: String(key),
      change: JSON.parse(String(value)) as RowChanged,
    }))

  await write(1)
  await once(start('before-telling'), 'exit')
  expect(await told(), 'rows are written and nothing is told').toEqual([])
  await write(10)
  await once(start('after-telling'), 'exit')
  const first = await told()
  expect(first.length).toBeGreaterThanOrEqual(3)
  await write(100)
  start('never')
  const cents = (change: RowChanged) => (change.newImage as { cents: number }).cents
  await eventually(async () => new Set((await told()).filter(({ change }) => cents(change) === 111).map(({ key }) => key)).size === 3)

  const all = await told()
  expect(all.slice(0, first.length)).toEqual(first)
  expect(all.length, 'what was told before the kill is told again').toBeGreaterThan(first.length + 3)
  for (const [, ofRow] of Map.groupBy(all, ({ key }) => key)) {
    let known: RowChanged | undefined
    for (const { change } of ofRow) {
      // A repetition.
      if (known && change.sequence <= known.sequence) continue
      expect(change.eventName).toBe(known ? 'MODIFY' : 'INSERT')
      expect(change.oldImage, 'no change in between was left out').toEqual(known?.newImage)
      known = change
    }
    expect(known && cents(known)).toBe(111)
  }
})
