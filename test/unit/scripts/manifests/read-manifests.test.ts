import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifestFiles, readManifests } from '../../../../scripts/manifests/read-manifests.ts'

const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`
let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakwater-manifests-'))
  writeFileSync(join(directory, '1-b.yaml'), `${service('c')}---\n${service('b')}`)
  writeFileSync(join(directory, '0-a.yaml'), service('a'))
  writeFileSync(join(directory, 'notes.txt'), 'no manifest')
})
afterAll(() => rmSync(directory, { recursive: true }))

test('YAML files in the order of their names, the objects of each in its own order', async () => {
  expect((await readManifestFiles(directory)).map(({ name }) => name)).toEqual(['0-a.yaml', '1-b.yaml'])
  expect((await readManifests(directory)).map(({ metadata }) => metadata.name)).toEqual(['a', 'c', 'b'])
})

test('a file that cannot be read as manifests is named with its folder', async () => {
  const broken = join(directory, '2-broken.yaml')
  writeFileSync(broken, 'kind: [')
  try {
    await expect(readManifests(directory)).rejects.toThrow(`${broken}: `)
  } finally {
    rmSync(broken)
  }
})

test('without the directory there is nothing to read', async () => {
  await expect(readManifests(join(directory, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})
