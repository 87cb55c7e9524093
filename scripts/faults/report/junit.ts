import type { Check } from '../check.ts'
import { readable } from '../readable.ts'
import type { ExperimentResult } from '../result.ts'
import { escapeMarkup } from './markup.ts'

/** Results → JUnit XML: a suite an experiment, a case a check, for CI systems that show tests. */
export function junit(results: readonly ExperimentResult[]): string {
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="experiments">', ...results.map(suite), '</testsuites>', ''].join(
    '\n',
  )
}

function suite(result: ExperimentResult): string {
  const { name, durationMs, startedAt, checks, invariants, negativeControl, undo } = result
  const all = [
    ...checks,
    {
      what: `negative control: ${negativeControl.change}, and the verdict fails`,
      expected: true,
      observed: negativeControl.failedAsItMust,
      holds: negativeControl.failedAsItMust,
    },
    ...invariants.map((check) => ({ ...check, what: `invariant: ${check.what}` })),
    { what: 'everything was undone', expected: [], observed: undo.remains, holds: undo.done },
  ]
  const failures = all.filter(({ holds }) => !holds).length
  const attributes = `name="${escapeMarkup(name)}" tests="${all.length}" failures="${failures}" errors="0" skipped="0" time="${durationMs / 1000}" timestamp="${escapeMarkup(startedAt)}"`
  return [`  <testsuite ${attributes}>`, ...all.map((check) => testCase(name, check)), '  </testsuite>'].join('\n')
}

function testCase(suiteName: string, { what, expected, observed, holds }: Check): string {
  const opening = `    <testcase classname="${escapeMarkup(suiteName)}" name="${escapeMarkup(what)}" time="0"`
  if (holds) return `${opening}/>`
  const message = escapeMarkup(`expected ${readable(expected)}, observed ${readable(observed)}`)
  return `${opening}>\n      <failure message="${message}"/>\n    </testcase>`
}
