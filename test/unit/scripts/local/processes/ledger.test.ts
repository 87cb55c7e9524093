import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger, readLedger, removeLedger } from '../../../../../scripts/local/processes/ledger.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakwater-ledger-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('what was added and not removed is on disk', () => {
  const file = join(directory, 'run/processes.json')
  const ledger = openLedger(file)
  ledger.add('self', process.pid)
  ledger.add('parent', process.ppid)
  ledger.remove(process.ppid)
  expect(readLedger(file)).toEqual([{ name: 'self', pid: process.pid, began: expect.any(String) }])
  removeLedger(file)
  expect(readLedger(file)).toEqual([])
})

test('a file that is something else holds nothing', () => {
  const file = join(directory, 'processes.json')
  writeFileSync(file, '[{"pid": "1"}]')
  expect(readLedger(file)).toEqual([])
})
