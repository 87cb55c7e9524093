import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { heldIn, type LocalState, parseState, readState, writeState } from '../../../../scripts/local/state.ts'

const state: LocalState = {
  version: 1,
  supervisorPid: process.pid,
  startedAt: '2026-01-01T00:00:00Z',
  gatewayUrl: 'http://127.0.0.1:8080',
  brokers: '127.0.0.1:9092',
  logFile: '/log',
  controlSocket: '/sock',
  policyDirectory: '/policy',
  policy: { generation: 0 },
  replicas: [],
}

let file = ''
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'breakwater-state-')), 'state.json')
})
afterEach(() => rm(join(file, '..'), { recursive: true }))

test('what is written is read while its supervisor lives', async () => {
  await writeState(file, state)
  await expect(readState(file)).resolves.toEqual(state)
})

test('without a file, or with one of a supervisor that has ended, nothing runs', async () => {
  await expect(readState(file)).resolves.toBeUndefined()
  await writeState(file, { ...state, supervisorPid: 4_194_305 })
  await expect(readState(file)).resolves.toBeUndefined()
})

test('another version is an error that names the field', () => {
  expect(() => parseState(JSON.stringify({ ...state, version: 2 }))).toThrow(/not a state of this version: \/version/)
})

test('what is paused or held down is named, the broker too', () => {
  const replica = (name: string, status: 'ready' | 'paused' | 'held') => ({
    name,
    workload: name,
    replica: 0,
    status,
    restarts: 0,
    app: { port: 1 },
    sidecar: { adminPort: 2, inboundPort: 3, outboundPort: 4, accessLog: '' },
  })
  const replicas = [replica('a', 'ready'), replica('b', 'paused'), replica('c', 'held')]
  expect(heldIn({ ...state, replicas })).toEqual([
    { name: 'b', status: 'paused' },
    { name: 'c', status: 'held' },
  ])
  expect(heldIn({ ...state, kafka: { status: 'held', restarts: 1 } })).toEqual([{ name: 'kafka', status: 'held' }])
  expect(heldIn({ ...state, kafka: { status: 'ready', restarts: 0 } })).toEqual([])
})
