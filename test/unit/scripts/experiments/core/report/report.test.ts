import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeMatrix } from '../../../../../../scripts/experiments/core/matrix-file.ts'
import { junit } from '../../../../../../scripts/experiments/core/report/junit.ts'
import { report } from '../../../../../../scripts/experiments/core/report/report.ts'
import { marks, spans } from '../../../../../../scripts/experiments/core/report/spans.ts'
import { reportPage, writeReport } from '../../../../../../scripts/experiments/core/report/write-report.ts'
import { type ExperimentResult, exitCodeOf } from '../../../../../../scripts/experiments/core/result.ts'
import { resultToJson } from '../../../../../../scripts/experiments/core/result-json.ts'
import { verdictTable } from '../../../../../../scripts/experiments/core/verdict-table.ts'
import {
  ensureWritable,
  readResults,
  UnwritableFolder,
  validateResult,
  writeResult,
} from '../../../../../../scripts/experiments/core/write-result.ts'

const good: ExperimentResult = {
  name: 'box',
  target: 'local',
  hypothesis: 'A <box> & its "breaker" hold.',
  startedAt: '2026-11-24T00:00:00.000Z',
  durationMs: 1234,
  config: { limit: 1 },
  checks: [{ name: 'refused', expected: [8, 8], actual: [8, 8], passed: true }],
  verdict: 'pass',
  negativeControl: {
    change: 'rule removed',
    checks: [{ name: 'refused', expected: [8, 8], actual: [0, 0], passed: false }],
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
  invariants: [{ name: 'orders lost', expected: 0, actual: 0, passed: true }],
  rollback: { done: true, remains: [] },
}
const bad: ExperimentResult = {
  ...good,
  checks: [{ name: 'took < 5 s', expected: { max: 5 }, actual: 'never\u0000', passed: false }],
  verdict: 'fail',
}

const { negativeControl: _, ...begun } = good
const neverBegan: ExperimentResult = {
  ...begun,
  name: 'never',
  checks: [{ name: 'before: whole', expected: true, actual: false, passed: false }],
  verdict: 'inconclusive',
  reason: 'nothing was broken, because <others> send requests',
}
const slow: ExperimentResult = {
  ...good,
  checks: [{ name: 'in time', expected: { max: 5 }, actual: 9, passed: false, doubt: 'slow machine' }],
  verdict: 'inconclusive',
  reason: 'slow machine',
}

test('a run that was not judged is never shown as failed, and its reason is', () => {
  const page = report([good, neverBegan])
  expect(page).toContain('1 of 2 experiments passed, 1 not judged')
  expect(page).toContain('class="verdict open">? Not judged')
  expect(page).not.toContain('class="verdict bad"')
  expect(page).toContain('Nothing was broken, because &lt;others&gt; send requests')
  const table = verdictTable([neverBegan])
  expect(table).toMatch(/never +inconclusive +0\/1 +not run/)
  expect(table).toContain('never: inconclusive: nothing was broken, because <others> send requests')
  const xml = junit([slow])
  expect(xml).toContain('failures="0" errors="1" skipped="1"')
  expect(xml).toContain('<error message="inconclusive: slow machine"/>')
})

test('the exit code is the verdict', () => {
  const aborted: ExperimentResult = { ...begun, verdict: 'aborted', reason: 'interrupted by SIGINT' }
  expect([[good], [good, bad, slow], [good, slow], [good, aborted]].map(exitCodeOf)).toEqual([0, 1, 3, 130])
})

test('the page says claim, verdict and states in words, needs no network, and escapes what it shows', () => {
  const page = report([good, bad])
  expect(page).toContain('1 of 2 experiments passed, 1 failed')
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

test('a section says why a check failed where the policy explains it, and which fields the numbers come from', () => {
  const page = report([
    {
      ...bad,
      reasons: [{ field: 'spec.<x>', because: '10 % of 3 hosts is none.', wouldWork: '34' }],
      policy: [
        { number: 'sweep every', value: '1s', object: 'DestinationRule shop/box', field: 'spec.interval', written: '1s' },
        { number: 'first ejection lasts', value: '30s', object: 'DestinationRule shop/box', field: 'spec.base' },
      ],
      environment: {
        commit: 'abc123',
        node: '24.1.0',
        envoy: '1.39.3',
        kafka: '4.1.0',
        os: 'Linux 6',
        cpu: 'Xeon',
        cores: 2,
        memoryGiB: 8,
      },
    },
  ])
  expect(page).toContain('10 % of 3 hosts is none.')
  expect(page).toContain('spec.&lt;x&gt;')
  expect(page).toContain('<code>spec.interval</code></td>')
  expect(page).toContain('<code>spec.base</code> <span class="soft">(not set: the default)</span>')
  expect(page).toContain('2 cores of Xeon, 8 GiB, Linux 6 · node 24.1.0, Envoy 1.39.3, Kafka 4.1.0 · commit abc123')
})

test('a result of an earlier run stays on the page and says its date; those of one run do not call each other early', () => {
  const page = report([
    { ...good, name: 'old', startedAt: '2026-11-20T08:30:00.000Z' },
    { ...good, name: 'first', startedAt: '2026-11-24T00:00:00.000Z' },
    { ...good, name: 'last', startedAt: '2026-11-24T00:40:00.000Z' },
  ])
  expect(page).toContain('<span class="earlier">20 Nov 2026, 08:30 UTC</span>')
  expect(page.match(/class="earlier"/g)).toHaveLength(2)
  for (const name of ['old', 'first', 'last']) {
    expect(page).toContain(`href="#${name}"`)
    expect(page).toContain(`id="${name}"`)
  }
})

test('one experiment that is run alone leaves the results of the others on the page', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    await writeResult(out, { ...good, name: 'yesterday', startedAt: '2026-11-23T08:30:00.000Z' })
    await writeResult(out, good)
    await writeReport(out, [good], () => {})
    const page = await readFile(reportPage(out), 'utf8')
    expect(page).toContain('2 of 2 experiments passed')
    expect(page).toContain('id="yesterday"')
    expect(page).not.toContain('Where to put a fault')
    const xml = await readFile(join(out, 'junit.xml'), 'utf8')
    expect(xml).not.toContain('yesterday')
  } finally {
    await rm(out, { recursive: true })
  }
})

test('the matrix is on the page once it was measured; one that does not fit its schema is named', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    await writeResult(out, good)
    const file = await writeMatrix(out, {
      target: 'local',
      startedAt: '2026-11-24T00:00:00.000Z',
      faults: { kill: 'SIGKILL' },
      cells: [
        { fault: 'kill', policy: 'retry', tripped: true, count: 3, counter: 'upstream_rq_retry' },
        { fault: 'pause', policy: 'ejection', tripped: false, count: 0, counter: 'ejections', note: 'Nothing <answers>.' },
      ],
    })
    await writeReport(out, [good], () => {})
    const page = await readFile(reportPage(out), 'utf8')
    expect(page).toContain('✓ trips</b> <i>× 3</i><small>upstream_rq_retry</small>')
    expect(page).toContain('– does not</b> <i>× 0</i><small>ejections<br>Nothing &lt;answers&gt;.</small>')
    expect(page.match(/not measured/g)).toHaveLength(18)
    await writeFile(file, '{"target":"local"}')
    const leftOut: string[] = []
    await writeReport(out, [good], (name) => leftOut.push(name))
    expect(leftOut).toEqual([file])
    await expect(writeMatrix(out, { target: 'local', startedAt: 'never', faults: {}, cells: [] })).rejects.toThrow(/startedAt/)
  } finally {
    await rm(out, { recursive: true })
  }
})

test('the table names what failed', () => {
  const table = verdictTable([good, bad])
  expect(table).toMatch(/box +passed +1\/1 +failed as it must +1\/1 +yes +1\.2 s/)
  expect(table).toContain('box: took < 5 s: expected ≤ 5, observed never')
})

test('the table says why a check failed where the policy explains it', () => {
  const reason = { field: 'DestinationRule shop/box: spec.trafficPolicy', because: '10 % of 3 hosts is none.', wouldWork: '34 or more' }
  const table = verdictTable([{ ...bad, reasons: [reason] }])
  expect(table).toContain(`  box: why: ${reason.because}\n    field:      ${reason.field}\n    would work: ${reason.wouldWork}\n`)
  expect(verdictTable([bad])).not.toContain('why')
})

test('spans last until another state shows; marks are what failed and what was refused', () => {
  const [series] = good.timeline
  if (series === undefined) throw new Error('no series')
  expect(spans(series)).toEqual([
    { fromMs: 0, toMs: 100, state: 'closed' },
    { fromMs: 100, toMs: 5000, state: 'ejected' },
    { fromMs: 5000, toMs: 5300, state: 'probation' },
    { fromMs: 5300, toMs: 5300, state: 'closed' },
  ])
  expect(marks({ ...series, samples: [...series.samples, { atMs: 5400, state: 'overflow', refused: 2, failed: 1 }] })).toEqual([
    { atMs: 100, kind: 'failed', count: 3 },
    { atMs: 5400, kind: 'failed', count: 1 },
    { atMs: 5400, kind: 'refused', count: 2 },
  ])
})

test('a result is written only when it fits the published schema', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    const file = await writeResult(out, good)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(resultToJson(good))
    await expect(writeResult(out, { ...good, checks: [] })).rejects.toThrow(/schema.*checks/)
    expect(() => validateResult({ ...resultToJson(good), verdict: 'maybe' })).toThrow(/verdict/)
    expect(() => validateResult({ ...resultToJson(good), startedAt: 'yesterday' })).toThrow(/startedAt/)
    expect(() => validateResult({ ...resultToJson(good), name: 'Box 1' })).toThrow(/name/)
    expect(() => validateResult({ ...resultToJson({ ...begun, verdict: 'pass' }), verdict: 'fail' })).toThrow(/negativeControl/)
    expect(() => validateResult({ ...resultToJson(good), verdict: 'aborted' })).toThrow(/reason/)
  } finally {
    await rm(out, { recursive: true })
  }
})

test('the results of all experiments are found again, in the order in which they ran; others are named', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    await writeResult(out, { ...good, name: 'a-later', startedAt: '2026-11-24T00:05:00.000Z' })
    await writeResult(out, neverBegan)
    await writeFile(join(out, 'experiments', 'old.json'), '{"name":"old"}')
    const leftOut: string[] = []
    const found = await readResults(out, (file) => leftOut.push(file))
    expect(found.map(({ name }) => name)).toEqual(['never', 'a-later'])
    expect(leftOut).toEqual([join(out, 'experiments', 'old.json')])
  } finally {
    await rm(out, { recursive: true })
  }
})

test('a folder that cannot be written is told before anything is run, one that can is left as it was', async () => {
  const out = await mkdtemp(join(tmpdir(), 'out-'))
  try {
    await ensureWritable(out)
    expect(await readdir(join(out, 'experiments'))).toEqual([])
    await writeFile(join(out, 'file'), '')
    const refused = ensureWritable(join(out, 'file'))
    await expect(refused).rejects.toThrow(UnwritableFolder)
    await expect(refused).rejects.toThrow(/results cannot be written to .*file/)
  } finally {
    await rm(out, { recursive: true })
  }
})
