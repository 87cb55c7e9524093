import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { rowsOf } from '../../../../scripts/commands/map.ts'
import { createProgram } from '../../../../scripts/commands/program.ts'

/** A command or a target, with its group and what it does. */
interface Row {
  readonly group: string
  readonly summary: string
}

/** `NAME=…` is how make takes what a command takes as options. */
const variables = / \((?=[^()]*[A-Z_]+=)[^()]*\)$/

const makeRows = (): Row[] => {
  let group = ''
  return execFileSync('make', ['help'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line): Row[] => {
      if (/^\S/.test(line)) group = line
      const [, summary] = /^ {2}(?:make|npx breakwater) \S+ +(.*)$/.exec(line) ?? []
      return summary === undefined ? [] : [{ group, summary: summary.replace(variables, '') }]
    })
}

const commandRows = (): Row[] =>
  rowsOf(createProgram()).map((command) => ({ group: command.helpGroup().replace(/:$/, ''), summary: command.summary() }))

/** What a person can run: commands without commands below them. */
const leaves = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves))
const all = leaves(createProgram()).filter((command) => command.name() !== 'supervise')
const path = (command: Command): string => (command.parent ? `${path(command.parent)} ${command.name()}`.trim() : '')

test('make and npx breakwater print the same map', () => {
  expect(makeRows().length).toBeGreaterThan(25)
  const byGroup = (rows: readonly Row[]) =>
    Object.fromEntries(
      Array.from(
        Map.groupBy(rows, ({ group }) => group),
        ([group, some]) => [group, some.map(({ summary }) => summary).toSorted()],
      ),
    )
  expect(byGroup(makeRows())).toEqual(byGroup(commandRows()))
  expect([...new Set(makeRows().map(({ group }) => group))]).toEqual([...new Set(commandRows().map(({ group }) => group))])
})

test('every command that make calls is one', () => {
  const makefile = readFileSync('Makefile', 'utf8')
  const called = [...makefile.matchAll(/^\t\$\(breakwater\) ([a-z ]+)/gm)].map(([, words = '']) => words.trim().split(' '))
  expect(called.length).toBeGreaterThan(10)
  for (const words of called) {
    const known = all.map(path).filter((one) => words.join(' ').startsWith(one))
    expect(known, words.join(' ')).toHaveLength(1)
  }
})

test.each(all.map((command) => [path(command), command] as const))('%s explains itself and answers in JSON', (_, command) => {
  expect(command.options.map(({ long }) => long)).toContain('--json')
  expect(command.helpInformation()).toMatch(/-h, --help/)
  expect(command.helpInformation(), 'what it does, below its usage').toMatch(/^Usage: .*\n\n(?!Arguments:|Options:)\w/)
  expect(command.summary()).not.toBe('')
})
