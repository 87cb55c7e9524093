import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { followFile } from '../../../../../services/gateway/access/followed-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'breakwater-followed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const lines: string[] = []
const patience = { timeout: 10_000 }
const logger = pino({}, { write: (line: string) => void lines.push(line) })

const numberIn = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new Error('it is no number')
  return Number(text)
}

test('a change counts, one that cannot be read is told and passed over', async () => {
  // As Kubernetes mounts a Secret: the link's target is exchanged.
  const [file, one, two] = ['file', 'one', 'two'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(one, '1')
  symlinkSync(one, file)
  const followed = await followFile(file, numberIn, logger, 20)
  expect(followed.current).toBe(1)
  writeFileSync(two, '22')
  symlinkSync(two, join(folder, 'link'))
  renameSync(join(folder, 'link'), file)
  await expect.poll(() => followed.current, patience).toBe(22)
  writeFileSync(two, 'secret')
  await expect.poll(() => lines.join(''), patience).toContain('it is no number')
  expect(followed.current).toBe(22)
  writeFileSync(two, '333')
  await expect.poll(() => followed.current, patience).toBe(333)
  followed.stop()
  expect(lines.join('')).not.toContain('secret')
})

test('what cannot be read at first is refused', async () => {
  await expect(followFile(join(folder, 'nowhere'), numberIn, logger)).rejects.toThrow('nowhere cannot be used: ENOENT')
})
