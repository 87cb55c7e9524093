import type { Check } from '../../../checks/check.ts'
import { readable } from '../../../checks/readable.ts'
import { type ExperimentResult, type NegativeControl, reasonOf } from '../result.ts'
import { escapeMarkup } from './markup.ts'

/** Results → JUnit XML: a suite an experiment, a case a check, for CI systems that show tests. */
export function junit(results: readonly ExperimentResult[]): string {
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="experiments">', ...results.map(suite), '</testsuites>', ''].join(
    '\n',
  )
}

function suite(result: ExperimentResult): string {
  const { name, durationMs, startedAt, checks, invariants, negativeControl, rollback } = result
  const reason = reasonOf(result)
  const all: Check[] = [
    ...checks,
    ...(negativeControl ? [controlCheck(negativeControl, reason)] : []),
    ...invariants.map((check) => ({ ...check, name: `invariant: ${check.name}` })),
    { name: 'everything was undone', expected: [], actual: rollback.remains, passed: rollback.done },
  ]
  const cases = [...all.map((check) => testCase(name, check)), ...(reason === undefined ? [] : [unjudged(name, result.verdict, reason)])]
  const count = (kind: string) => cases.filter((text) => text.includes(`<${kind} `)).length
  const attributes = `name="${escapeMarkup(name)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${durationMs / 1000}" timestamp="${escapeMarkup(startedAt)}"`
  return [`  <testsuite ${attributes}>`, ...cases, '  </testsuite>'].join('\n')
}

const controlCheck = ({ change, failedAsItMust }: NegativeControl, doubt: string | undefined): Check => ({
  name: `negative control: ${change}, and the verdict fails`,
  expected: true,
  actual: failedAsItMust,
  passed: failedAsItMust,
  ...(doubt !== undefined && { doubt }),
})

const opening = (suiteName: string, name: string) =>
  `    <testcase classname="${escapeMarkup(suiteName)}" name="${escapeMarkup(name)}" time="0"`

/** A check whose failing proves nothing is skipped; why, the error of the suite says. */
function testCase(suiteName: string, { name, expected, actual, passed, doubt }: Check): string {
  if (passed) return `${opening(suiteName, name)}/>`
  const message = `expected ${readable(expected)}, observed ${readable(actual)}`
  const kind = doubt === undefined ? 'failure' : 'skipped'
  const text = doubt === undefined ? message : `${message}; ${doubt}`
  return `${opening(suiteName, name)}>\n      <${kind} message="${escapeMarkup(text)}"/>\n    </testcase>`
}

const unjudged = (suiteName: string, verdict: string, reason: string): string =>
  `${opening(suiteName, 'the run came to a verdict')}>\n      <error message="${escapeMarkup(`${verdict}: ${reason}`)}"/>\n    </testcase>`
