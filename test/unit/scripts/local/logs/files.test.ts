import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFile } from '../../../../../scripts/local/logs/log-file.ts'
import { splitLines } from '../../../../../scripts/local/logs/split-lines.ts'
import { followFile, readTail } from '../../../../../scripts/local/logs/tail-file.ts'

let file = ''
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'breakwater-log-')), 'deep/shop.log')
})
afterEach(() => rmSync(join(file, '../..'), { recursive: true }))

test('lines are appended, over a restart too', () => {
  for (const line of ['a', 'b']) {
    const log = openLogFile(file)
    log.append([line])
    log.close()
  }
  expect(readFileSync(file, 'utf8')).toBe('a\nb\n')
})

test('a full file becomes the one before, and only one is kept', () => {
  const log = openLogFile(file, 10)
  for (const line of ['0123456789', 'first', 'after', '0123456789', 'second']) log.append([line])
  log.close()
  expect(readFileSync(file, 'utf8')).toBe('second\n')
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('0123456789\n')
  expect(existsSync(`${file}.2`)).toBe(false)
})

test('a follower reads on over a rotation', async () => {
  const log = openLogFile(file, 10)
  log.append(['old'])
  const { lines, position } = await readTail(file)
  expect(lines).toEqual(['old'])
  const stop = new AbortController()
  const seen: string[] = []
  const following = (async () => {
    for await (const more of followFile(file, position, stop.signal)) seen.push(...more)
  })()
  log.append(['0123456789'])
  await expect.poll(() => seen).toEqual(['0123456789'])
  log.append(['new'])
  await expect.poll(() => seen).toEqual(['0123456789', 'new'])
  stop.abort()
  await following
  log.close()
})

test('chunks become whole lines, characters are not cut, the last line needs no end', async () => {
  const bytes = Buffer.from('één\ntwee\ndrie')
  const lines: string[] = []
  const stream = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 7), bytes.subarray(7)])
  const ended = new Promise((resolve) => stream.once('close', resolve))
  splitLines(stream, (more) => lines.push(...more))
  await ended
  expect(lines).toEqual(['één', 'twee', 'drie'])
})

test('of a line of a megabyte the beginning is one line, and the next one is whole', async () => {
  const chunks = Buffer.from(`before\n{"msg":"${'x'.repeat(1_000_000)}"}\nafter\nlast`)
  const lines: string[] = []
  const stream = Readable.from(
    Array.from({ length: Math.ceil(chunks.length / 65_536) }, (_, n) => chunks.subarray(n * 65_536, (n + 1) * 65_536)),
  )
  const ended = new Promise((resolve) => stream.once('close', resolve))
  splitLines(stream, (more) => lines.push(...more))
  await ended
  expect(lines.map((line) => line.slice(0, 10))).toEqual(['before', '{"msg":"xx', 'after', 'last'])
  expect([lines[1]?.length, lines[1]?.at(-1)]).toEqual([65_537, '…'])
})
