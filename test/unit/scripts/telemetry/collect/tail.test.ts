import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Tail, tailFile } from '../../../../../scripts/telemetry/collect/tail.ts'
import type { FilePosition } from '../../../../../scripts/telemetry/store/records.ts'

let folder = ''
let file = ''
const tails: Tail[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-tail-'))
  file = join(folder, 'shop.log')
})
afterEach(async () => {
  for (const tail of tails.splice(0)) tail.close()
  await rm(folder, { recursive: true })
})
function tailOf(from?: FilePosition): Tail {
  const tail = tailFile(file, from)
  tails.push(tail)
  return tail
}

test('whole lines, as they come; a line that is not finished waits', () => {
  const tail = tailOf()
  expect(tail.read()).toEqual([])
  expect(tail.position()).toBeUndefined()
  writeFileSync(file, 'one\ntwo\nthr')
  expect(tail.read()).toEqual(['one', 'two'])
  expect(tail.read()).toEqual([])
  appendFileSync(file, 'ee\n')
  expect(tail.read()).toEqual(['three'])
})

test('a file that is renamed is read to its end first', () => {
  const tail = tailOf()
  writeFileSync(file, 'one\n')
  expect(tail.read()).toEqual(['one'])
  appendFileSync(file, 'two\n')
  renameSync(file, `${file}.1`)
  writeFileSync(file, 'three\n')
  expect(tail.read()).toEqual(['two'])
  expect(tail.read()).toEqual(['three'])
})

test('another reader goes on where this one was, also in the file that was renamed since', () => {
  const tail = tailOf()
  writeFileSync(file, 'one\ntwo\n')
  tail.read()
  appendFileSync(file, 'three\n')
  const position = tail.position()
  expect(tailOf(position).read()).toEqual(['three'])
  renameSync(file, `${file}.1`)
  writeFileSync(file, 'four\n')
  const again = tailOf(position)
  expect(again.read()).toEqual(['three'])
  expect(again.read()).toEqual(['four'])
})

test('a file of the same name and another beginning is another file', () => {
  const tail = tailOf()
  writeFileSync(file, 'one\n')
  tail.read()
  const position = tail.position()
  rmSync(file)
  writeFileSync(file, 'anew\nand more\n')
  expect(tailOf(position).read()).toEqual(['anew', 'and more'])
})

test('a file that was cut is read from its beginning', () => {
  const tail = tailOf()
  writeFileSync(file, 'one\ntwo\n')
  tail.read()
  truncateSync(file, 0)
  appendFileSync(file, 'new\n')
  expect(tail.read()).toEqual(['new'])
})

test('whoever is behind is told that there is more', () => {
  const tail = tailOf()
  writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(3_000))
  expect([tail.read().length, tail.more()]).toEqual([2_621, true])
  expect([tail.read().length, tail.more()]).toEqual([379, false])
  expect([tail.read().length, tail.more()]).toEqual([0, false])
})

test('a line of more than a megabyte comes in parts, and the next one is whole', () => {
  const tail = tailOf()
  writeFileSync(file, `${'x'.repeat(2_500_000)}\nnext\n`)
  const lines = Array.from({ length: 11 }, () => tail.read()).flat()
  expect(lines.slice(0, -1).join('')).toBe('x'.repeat(2_500_000))
  expect(lines.at(-1)).toBe('next')
})
