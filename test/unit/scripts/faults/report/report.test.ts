import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { junit } from '../../../../../scripts/faults/report/junit.ts'
import { report } from '../../../../../scripts/faults/report/report.ts'
import { marks, spans } from '../../../../../scripts/faults/report/spans.ts'
import type { ExperimentResult } from '../../../../../scripts/faults/result.ts'
import { verdictTable } from '../../../../../scripts/faults/verdict-table.ts'
import { validateResult, writeResult } from '../../../../../scripts/faults/write-result.ts'

const good: ExperimentResult = {
  name: 'box',
  target: 'local',
  claim: 'A <box> & its "breaker" hold.',
  startedAt: '2026-11-24T00:00:00.000Z',
  durationMs: 1234,
  config: { limit: 1 },
  checks: [{ what: 'refused', expected: [8, 8], observed: [8, 8], holds: true }],
  verdict: 'pass',
  negativeControl: {
    change: 'rule removed',
    checks: [{ what: 'refused', expected: [8, 8], observed: [0, 0], holds: false }],
    failedAsItMust: true,
  },
  timeline: [
    {
      caller: 'gateway-0',
      host: 'catalog-0',
      samples: [
        { atMs: 0, state: 'closed' },
        { atMs: 100, state: 'ejected', requests: 3, failed: 3 },
        { atMs: 5000, state: 'probation' },
        { atMs: 5300, state: 'closed', requests: 2 },
      ],
    },
  ],
  invariants: [{ what: 'orders lost', expected: 0, observed: 0, holds: true }],
  undo: { done: true, remains: [] },
}
const bad: ExperimentResult = {
  ...good,
  checks: [{ what: 'took < 5 s', expected: { max: 5 }, observed: 'never\u0000', holds: false }],
  verdict: 'fail',
}

test('the page says claim, verdict and states in words, needs no network, and escapes what it shows', () => {
  const page = report([good, bad])
  expect(page).toContain('1 of 2 passed')
  expect(page).toContain('A &lt;box&gt; &amp; its &quot;breaker&quot; hold.')
  expect(page).not.toContain('<box>')
  expect(page).toContain('failed as it must')
  for (const state of ['closed', 'ejected', 'probation']) expect(page).toContain(`>${state}`)
  expect(page).not.toMatch(/(src|href)="(?!#)|@import|url\(|<script/)
  expect(page).not.toContain('\u0000')
})

test('JUnit counts what failed and is well formed', () => {
  const xml = junit([good, bad])
  expect(xml).toContain('<testsuite name="box" tests="4" failures="0"')
  expect(xml).toContain('<testsuite name="box" tests="4" failures="1"')
  expect(xml).toContain('<failure message="expected ≤ 5, observed never\uFFFD"/>')
  const opened = [...xml.matchAll(/<(testsuites?|testcase)\b[^>]*[^/]>/g)].length
  expect([...xml.matchAll(/<\/(testsuites?|testcase)>/g)]).toHaveLength(opened)
})

test('the table names what failed', () => {
  const table = verdictTable([good, bad])
  expect(table).toMatch(/box +passed +1\/1 +failed as it must +1\/1 +yes +1\.2 s/)
  expect(table).toContain('box: took < 5 s: expected ≤ 5, observed never')
})

test('spans last until another state shows; marks tell successes from failures', () => {
  const [lane] = good.timeline
  if (lane === undefined) throw new Error('no lane')
  expect(spans(lane)).toEqual([
    { fromMs: 0, toMs: 100, state: 'closed' },
    { fromMs: 100, toMs: 5000, state: 'ejected' },
    { fromMs: 5000, toMs: 5300, state: 'probation' },
    { fromMs: 5300, toMs: 5300, state: 'closed' },
  ])
  expect(marks(lane)).toEqual([
    { atMs: 100, kind: 'failed', count: 3 },
    { atMs: 5300, kind: 'requests', count: 2 },
  ])
})

test('a result is written only when it fits the published schema', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    const file = await writeResult(out, good)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(good)
    await expect(writeResult(out, { ...good, checks: [] })).rejects.toThrow(/schema.*checks/)
    await expect(validateResult({ ...good, verdict: 'maybe' })).rejects.toThrow(/verdict/)
    await expect(validateResult({ ...good, startedAt: 'yesterday' })).rejects.toThrow(/startedAt/)
    await expect(validateResult({ ...good, name: 'Box 1' })).rejects.toThrow(/name/)
  } finally {
    await rm(out, { recursive: true })
  }
})
