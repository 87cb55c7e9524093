import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installOnce } from '../../../../../scripts/local/tools/install-once.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakwater-install-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('an installation appears whole, and is not repeated', async () => {
  let times = 0
  const fill = async (partial: string): Promise<void> => {
    times += 1
    await writeFile(join(partial, 'tool'), '')
    expect(await readdir(directory)).not.toContain('tool-1')
  }
  await installOnce(join(directory, 'tool-1'), fill)
  await installOnce(join(directory, 'tool-1'), fill)
  expect(await readdir(join(directory, 'tool-1'))).toEqual(['tool'])
  expect(times).toBe(1)
})

test('one that fails leaves nothing', async () => {
  await expect(installOnce(join(directory, 'tool-1'), () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
  expect(await readdir(directory)).toEqual([])
})

test('what a killed one left is removed; what another process is still doing is not', async () => {
  await mkdir(join(directory, 'tool-1.partial-4194305'))
  await mkdir(join(directory, `tool-1.partial-${process.ppid}`))
  await installOnce(join(directory, 'tool-1'), async () => {})
  expect((await readdir(directory)).toSorted()).toEqual(['tool-1', `tool-1.partial-${process.ppid}`])
})
