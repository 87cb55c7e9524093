import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { topicsJob } from '../../../services/shared/contracts/deployment.ts'
import { workloadNames } from '../../../services/shared/contracts/topology.ts'

const root = new URL('../../../services/', import.meta.url)

/** In the order data passes; a file that outgrows becomes a folder of its name. */
const rooms = ['main', 'config', 'app', 'routes', 'reactions', 'decider', 'projections', 'clients', 'errors']
const allowed = new Set(['README.md', ...rooms, ...rooms.map((room) => `${room}.ts`)])
/** The gateway has a folder for each feature of the API besides, and a page that walks through them; identity is a library's server, and what that is told. */
const besides: Readonly<Record<string, RegExp>> = { gateway: /^[^.]+$|^walk-through\.md$/, identity: /^provider$/ }
const isFeature = (service: string, name: string): boolean => besides[service]?.test(name) ?? false

test('each service of the topology and the Job that creates topics have a folder, and nothing else has one', () => {
  const folders = readdirSync(root).filter((name) => !['shared', 'shop.ts', 'README.md'].includes(name))
  expect(folders.sort()).toEqual([...workloadNames, topicsJob].sort())
})

test('the Job is a process without requests: it has a main, a config and no other room', () => {
  expect(readdirSync(new URL(`${topicsJob}/`, root)).sort()).toEqual(['README.md', 'config.ts', 'main.ts'])
})

test.each(workloadNames)('%s has the rooms of a service and no others', (service) => {
  const entries = readdirSync(new URL(`${service}/`, root))
  expect(entries.filter((name) => !allowed.has(name) && !isFeature(service, name))).toEqual([])
  for (const necessary of ['main.ts', 'app.ts', 'config.ts', 'README.md']) expect(entries).toContain(necessary)
  const named = entries.filter((name) => name !== 'README.md').map((name) => basename(name, '.ts'))
  expect(new Set(named).size, 'a room is a file or a folder, not both').toBe(named.length)
})
