import { existsSync, globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { knownSurvivors } from '../../../../scripts/mutants/known-survivors.ts'
import { folderOf, measuredFolders } from '../../../../scripts/mutants/measured-folders.ts'
import { mutantsOf } from '../../../../scripts/mutants/read-report.ts'
import { strykerOptions } from '../../../../scripts/mutants/stryker-options.ts'
import { outdated, percent, summarize } from '../../../../scripts/mutants/summary.ts'
import { summaryText } from '../../../../scripts/mutants/summary-text.ts'

const source = 'const a = 1\nexport const isAbove = (b: number) =>\n  b > a\n'
const condition = { start: { line: 3, column: 3 }, end: { line: 3, column: 8 } }
const body = { start: { line: 2, column: 24 }, end: { line: 3, column: 8 } }
const mutant = (status: string, mutatorName = 'EqualityOperator', location = condition, replacement = 'b >= a') => ({
  status,
  mutatorName,
  location,
  replacement,
})
const report = {
  files: {
    'some/above.ts': {
      source,
      mutants: [
        mutant('Killed'),
        mutant('Timeout'),
        mutant('Survived'),
        mutant('NoCoverage', 'ArrowFunction', body, '() => undefined'),
        mutant('RuntimeError'),
        mutant('Ignored'),
      ],
    },
    'some/better.ts': { source, mutants: [mutant('Killed')] },
  },
}

test('what ended in an error or was left out is counted neither as noticed nor as survived', () => {
  const { total, files } = summarize(mutantsOf(report), [])
  expect(total).toEqual({ noticed: 3, timedOut: 1, survived: 2 })
  expect(files.map(({ file }) => file)).toEqual(['some/above.ts', 'some/better.ts'])
  expect(percent(total)).toBe(60)
  expect(percent({ noticed: 0, survived: 0 })).toBe(100)
})

test('a survivor is told with its place, its change and the reason why it stays', () => {
  const known = [{ file: 'some/above.ts', code: 'b > a', mutator: 'EqualityOperator', because: 'never equal' }]
  expect(summaryText(summarize(mutantsOf(report), known))).toBe(
    `noticed          survived  percent  file
2 (1 by time-out)  2         50.0     some/above.ts
1                  0         100.0    some/better.ts
3 (1 by time-out)  2         60.0     together

Survivors:
some/above.ts:3 EqualityOperator
    b > a → b >= a
    stays: never equal
some/above.ts:2 ArrowFunction (no test comes here)
    (b: number) => b > a → () => undefined
`.replace('noticed          ', 'noticed            '),
  )
})

test('a reason for a survivor that is none any more is outdated, one of a file that was not measured is not', () => {
  const known = [
    { file: 'some/above.ts', code: 'b > a', because: 'still one' },
    { file: 'some/above.ts', code: 'b > a', mutator: 'StringLiteral', because: 'none' },
    { file: 'some/better.ts', code: 'b > a', because: 'noticed by now' },
    { file: 'some/other.ts', code: 'b > a', because: 'not measured' },
  ]
  expect(outdated(mutantsOf(report), known).map(({ because }) => because)).toEqual(['none', 'noticed by now'])
})

test('a file is measured with the tests of its folder, and what the folder leaves out stays out', () => {
  const folder = { folder: 'mesh/envoy', notMutated: { 'main.ts': 'the command' } }
  const { mutate, vitest } = strykerOptions(folder, ['mesh/envoy/routes.ts', 'mesh/envoy'], false)
  expect(mutate).toEqual(['mesh/envoy/routes.ts', 'mesh/envoy/**/*.ts', '!mesh/envoy/**/*.d.ts', '!mesh/envoy/main.ts'])
  expect(vitest.dir).toBe('test/unit/mesh/envoy')
  expect(folderOf('mesh/envoy/routes.ts').folder).toBe('mesh/envoy')
  expect(folderOf('services/orders')).toEqual({ folder: 'services/orders', notMutated: {} })
})

test('measured folders, files that are left out and files with known survivors exist', () => {
  for (const { folder, notMutated } of measuredFolders) {
    expect(existsSync(`test/unit/${folder}`), folder).toBe(true)
    for (const glob of Object.keys(notMutated)) expect(globSync(`${folder}/${glob}`).length, `${folder}/${glob}`).toBeGreaterThan(0)
  }
  for (const { file } of knownSurvivors) expect(existsSync(file), file).toBe(true)
})

test('no file that has unit tests of its own is left out', () => {
  const leftOut = measuredFolders.flatMap(({ folder, notMutated }) =>
    Object.keys(notMutated).flatMap((glob) => globSync(`${folder}/${glob}`).map((file) => file.replace(/\.ts$/, '.test.ts'))),
  )
  expect(leftOut.length).toBeGreaterThan(20)
  expect(leftOut.filter((test) => existsSync(`test/unit/${test}`) && test.endsWith('.test.ts'))).toEqual([])
})
