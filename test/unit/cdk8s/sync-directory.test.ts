import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syncDirectory } from '../../../cdk8s/sync-directory.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-dist-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const writtenAt = (path: string) => statSync(path, { bigint: true }).mtimeNs

test('the folder holds exactly the files, and the unchanged ones are not touched', () => {
  const out = join(folder, 'local')
  expect(
    syncDirectory(
      out,
      new Map([
        ['a.yaml', 'a'],
        ['b.yaml', 'b'],
      ]),
    ),
  ).toEqual(['a.yaml', 'b.yaml'])
  writeFileSync(join(out, 'stale.yaml'), 'left over')
  const untouched = writtenAt(join(out, 'a.yaml'))

  expect(
    syncDirectory(
      out,
      new Map([
        ['a.yaml', 'a'],
        ['b.yaml', 'other'],
      ]),
    ),
  ).toEqual(['stale.yaml', 'b.yaml'])
  expect(readdirSync(out).toSorted()).toEqual(['a.yaml', 'b.yaml'])
  expect(readFileSync(join(out, 'b.yaml'), 'utf8')).toBe('other')
  expect(writtenAt(join(out, 'a.yaml'))).toBe(untouched)
})
