import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { writeXds } from '../../../../mesh/envoy/write-xds.ts'
import { input } from './destination.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-xds-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const subsets = {
  kind: 'DestinationRule',
  metadata: { name: 'callee', namespace: 'shop' },
  spec: { host: 'callee', subsets: [{ name: 'v1', labels: { version: 'v1' } }] },
}
const files = () => readdirSync(folder, { recursive: true }).toSorted()
const inode = (file: string) => statSync(join(folder, file)).ino

test('one file a stream, one a cluster for endpoints', () => {
  expect(writeXds(folder, renderEnvoy(input([subsets])))).toBe(join(folder, 'bootstrap.json'))
  expect(files()).toEqual([
    'bootstrap.json',
    'cds.json',
    'eds',
    'eds/outbound_80__callee.shop.svc.cluster.local.json',
    'eds/outbound_80_v1_callee.shop.svc.cluster.local.json',
    'lds.json',
    'rds.json',
  ])
  const { version_info, resources } = JSON.parse(readFileSync(join(folder, 'cds.json'), 'utf8'))
  expect(version_info).toMatch(/^[0-9a-f]{12}$/)
  expect(resources).toHaveLength(3)
})

test('only what changes is replaced, and by another file; what is gone is removed', () => {
  writeXds(folder, renderEnvoy(input([subsets])))
  const before = { cds: inode('cds.json'), rds: inode('rds.json') }
  writeXds(folder, renderEnvoy(input([])))
  expect(inode('cds.json')).not.toBe(before.cds)
  expect(inode('rds.json')).toBe(before.rds)
  expect(files()).not.toContain('eds/outbound_80_v1_callee.shop.svc.cluster.local.json')
})
