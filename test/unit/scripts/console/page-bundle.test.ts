import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { pageFiles } from '../../../../scripts/console/page-bundle.ts'

test('the page is bundled once, and again when a source is another one; it asks nobody else for anything', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-page-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'page.json')
  const made = await pageFiles(file)
  expect(made.style).toContain('.tile')
  expect(made.script).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  expect(made.style).not.toMatch(/url\(|@import/)
  const kept = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...kept, script: 'kept' }))
  expect((await pageFiles(file)).script).toBe('kept')
  const [source] = Object.keys(kept.inputs)
  await writeFile(file, JSON.stringify({ ...kept, script: 'kept', inputs: { ...kept.inputs, [source ?? '']: 'another' } }))
  expect((await pageFiles(file)).script).toBe(made.script)
  await writeFile(file, '{')
  expect((await pageFiles(file)).hash).toBe(made.hash)
})
