import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Control, control } from '../../../../../scripts/local/control.ts'
import type { Supervised } from '../../../../../scripts/local/processes/supervise.ts'
import { serveControl } from '../../../../../scripts/local/supervisor/control-server.ts'
import { createProgress } from '../../../../../scripts/local/supervisor/progress.ts'
import type { RunningReplica } from '../../../../../scripts/local/supervisor/replica.ts'

const asked: string[] = []
let running = true

/** A process that notes what is asked of it. */
const fake = (name: string): Supervised => ({
  name,
  status: () => 'ready',
  pid: () => 1,
  restarts: () => 0,
  why: () => '',
  ready: Promise.resolve(),
  signal: (signal) => {
    asked.push(`${signal} ${name}`)
    return running
  },
  pause: () => {
    asked.push(`pause ${name}`)
    return running
  },
  resume: () => void asked.push(`resume ${name}`),
  kill: async ({ hold }) => {
    asked.push(`kill ${name}${hold ? ' and hold' : ''}`)
    return running
  },
  restart: () => void asked.push(`restart ${name}`),
  stop: async () => {},
})

let folder = ''
let close: () => Promise<void>
let shop: Control
beforeEach(async () => {
  asked.length = 0
  running = true
  folder = await mkdtemp(join(tmpdir(), 'breakwater-control-'))
  const controlSocket = join(folder, 'socket')
  const replica = { app: fake('orders-0/app'), sidecar: fake('orders-0/sidecar') } as unknown as RunningReplica
  close = await serveControl(controlSocket, {
    state: () => undefined,
    replica: (name) => (name === 'orders-0' ? replica : undefined),
    broker: () => fake('kafka/broker'),
    restart: async ({ app }) => void asked.push(`restart ${app.name} in order`),
    scale: async (deployment, replicas) => {
      if (deployment === 'nobody') throw new Error('There is no Deployment nobody.')
      asked.push(`scale ${deployment} to ${replicas}`)
    },
    progress: createProgress(() => 0),
    stop: async () => {},
  })
  shop = control({ controlSocket })
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true })
})

test('of a replica the app is paused, killed and held; all of it is resumed', async () => {
  await shop.pause('orders-0')
  await shop.kill('orders-0')
  await shop.kill('orders-0', { hold: true })
  await shop.resume('orders-0')
  await shop.restart('orders-0')
  await shop.signal('orders-0', 'SIGKILL', 'sidecar')
  expect(asked).toEqual([
    'pause orders-0/app',
    'kill orders-0/app',
    'kill orders-0/app and hold',
    'resume orders-0/app',
    'resume orders-0/sidecar',
    'restart orders-0/app in order',
    'SIGKILL orders-0/sidecar',
  ])
})

test('the broker has the same by its name, and no sidecar', async () => {
  await shop.pause('kafka')
  await shop.kill('kafka', { hold: true })
  await shop.resume('kafka')
  await shop.restart('kafka')
  expect(asked).toEqual(['pause kafka/broker', 'kill kafka/broker and hold', 'resume kafka/broker', 'restart kafka/broker'])
  await expect(shop.signal('kafka', 'SIGKILL', 'sidecar')).rejects.toThrow('kafka has no sidecar.')
})

test('what is down already is refused, but can be held and resumed', async () => {
  running = false
  await expect(shop.pause('orders-0')).rejects.toThrow('orders-0/app is down just now.')
  await expect(shop.kill('orders-0')).rejects.toThrow('orders-0/app is down just now.')
  await expect(shop.signal('orders-0', 'SIGTERM')).rejects.toThrow('orders-0/app is down just now.')
  await shop.kill('orders-0', { hold: true })
  await shop.resume('orders-0')
})

test.each(['pause', 'resume', 'kill', 'restart'] as const)('%s of a replica that does not exist names it', async (action) => {
  await expect(shop[action]('orders-7')).rejects.toThrow('There is no replica orders-7.')
  expect(asked).toEqual([])
})

test('a Deployment is scaled; what is refused says why', async () => {
  await shop.scale('catalog-v2', 2)
  expect(asked).toEqual(['scale catalog-v2 to 2'])
  await expect(shop.scale('nobody', 1)).rejects.toThrow('There is no Deployment nobody.')
  await expect(shop.scale('catalog-v2', -1)).rejects.toThrow('replicas must be a whole number from 0 to 20.')
})
