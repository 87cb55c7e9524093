import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settings as gke } from '../../../../cdk8s/settings/gke.example.ts'
import { readSettings } from '../../../../scripts/synth/read-settings.ts'
import { synth } from '../../../../scripts/synth/synth.ts'
import { named, parsed } from './manifests.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A module of this text; its path. */
function module(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, text)
  return path
}
const exported = (name: string, value: unknown): string => module(name, `export const settings = ${JSON.stringify(value)}`)
const oneLine = async (path: string): Promise<string> => {
  const message = await readSettings(path).then(
    () => 'was read',
    (error: Error) => error.message,
  )
  expect(message).not.toContain('\n')
  return message
}

test('settings come out of a file as they were written', async () => {
  expect(await readSettings(exported('gke', gke))).toEqual(gke)
})

test('what is wrong with a file is one line with its name', async () => {
  const { cluster } = gke
  const files: readonly [path: string, says: string][] = [
    [join(folder, 'nothing'), 'There is no file '],
    [module('throws', 'throw new Error("no idea\\nat all")'), 'throws.mjs cannot be read: no idea'],
    [module('syntax', 'export const settings = {'), 'syntax.mjs cannot be read: '],
    [module('empty', ''), 'empty.mjs exports no settings: it needs "export const settings = {…}".'],
    [exported('misspelt', { ...gke, cluster: { ...cluster, minReplica: 2 } }), 'misspelt.mjs: settings.cluster has no minReplica.'],
    [exported('type', { ...gke, topicPartitions: '24' }), 'type.mjs: settings.topicPartitions must be integer.'],
    [exported('missing', { ...gke, cluster: { ...cluster, spreadOver: undefined } }), 'missing.mjs: settings.cluster must have '],
    [exported('path', { ...gke, target: '../../kind' }), 'path.mjs: settings.target must match pattern'],
    [exported('taken', { ...gke, target: 'kind' }), 'taken.mjs: settings.target: kind is a target that is here already'],
  ]
  for (const [path, says] of files) expect(await oneLine(path)).toContain(says)
})

test('GKE: brokers by SCRAM, a checked database, a storage class that is there, and nothing of AWS', () => {
  const files = synth(gke)
  const env = named(parsed(files), 'Deployment', 'order-history').spec?.template?.spec.containers[0]?.env
  expect(env).toContainEqual({ name: 'KAFKA_SECURITY', value: 'scram' })
  expect(env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/database-ca/ca.pem' })
  expect([...files.keys()]).not.toContain('0-storage-class.yaml')
  for (const [file, yaml] of files) expect(yaml, file).not.toMatch(/aws|AWS|169\.254/)
})
