import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalPolicy, localPolicy } from '../../../../../../scripts/experiments/shop/targets/local-policy.ts'

const yaml = (maxConnections: number) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: httpbin
spec:
  trafficPolicy: { connectionPool: { tcp: { maxConnections: ${maxConnections} } } }
`

const rule = (name: string) => ({ kind: 'DestinationRule', namespace: 'breakwater', name })

let directory: string
let overlays: string
let policy: LocalPolicy

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policy-'))
  overlays = join(directory, 'policy')
  await mkdir(join(directory, 'dist'))
  await writeFile(join(directory, 'dist/mesh.yaml'), yaml(1))
  policy = localPolicy(join(directory, 'dist'), overlays)
})

afterEach(() => rm(directory, { recursive: true }))

const maxConnections = async () => JSON.stringify((await policy.read(rule('httpbin')))?.spec)?.match(/\d+/)?.[0]

test('the synthesized object is in force until an overlay replaces it', async () => {
  expect(await maxConnections()).toBe('1')
  expect(await policy.read(rule('catalog'))).toBeUndefined()
  await mkdir(overlays)
  await writeFile(join(overlays, 'mine.yaml'), yaml(5))
  expect(await maxConnections()).toBe('5')
})

test("an experiment's override wins over a person's overlay, and its undo gives that back", async () => {
  await mkdir(overlays)
  await writeFile(join(overlays, 'mine.yaml'), yaml(5))
  await policy.override(rule('httpbin'), undefined)
  expect(await policy.read(rule('httpbin'))).toBeUndefined()
  await policy.restore(rule('httpbin'))
  await policy.restore(rule('httpbin'))
  expect(await maxConnections()).toBe('5')
})

test('an override that was not undone is an orphan; an overlay of a person is not', async () => {
  expect(await policy.orphans()).toEqual([])
  await mkdir(overlays)
  await writeFile(join(overlays, 'mine.yaml'), yaml(5))
  await policy.override(rule('httpbin'), undefined)
  const [orphan, ...more] = await policy.orphans()
  expect(more).toEqual([])
  expect(orphan?.description).toContain('destinationrule-httpbin')
  await orphan?.remove()
  expect(await readdir(overlays)).toEqual(['mine.yaml'])
})
