import { readFileSync } from 'node:fs'
import { type Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../../../scripts/commands/program.ts'
import { commandsIn, type ShownCommand, shownCommands } from '../../../shown-commands.ts'

const makefile = readFileSync('Makefile', 'utf8')
const targets = [...makefile.matchAll(/^([a-z-]+):/gm)].map(([, target]) => target)

/** @returns why the real program does not take these words; undefined when it does */
async function refusal(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = []
  const program = createProgram()
  const silence = (command: Command): void => {
    command.configureOutput({ writeOut: () => {}, writeErr: (text) => said.push(text), outputError: (text) => said.push(text) })
    if (command.commands.length === 0) command.action(() => {})
    for (const one of command.commands) silence(one)
  }
  silence(program)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) return said.join('') || `${words.join(' ')}: only a part of a command`
  }
  return undefined
}

/** @returns why make does not know a target or reads no such variable */
function unknownToMake([target = 'help', ...variables]: readonly string[]): string | undefined {
  if (!targets.includes(target)) return `the Makefile has no target '${target}'`
  const unread = variables.filter(
    (word) => !makefile.includes(`$(${word.split('=', 1)[0]})`) && !makefile.includes(`${word.split('=', 1)[0]}=`),
  )
  return unread.length === 0 ? undefined : `the Makefile reads no ${unread.join(', ')}`
}

const refused = ({ program, words }: Pick<ShownCommand, 'program' | 'words'>) =>
  program === 'make' ? unknownToMake(words) : refusal(words)

const shown = shownCommands()

test('pages show commands of all kinds', () => {
  expect(shown.length).toBeGreaterThan(80)
  expect(new Set(shown.map(({ file }) => file)).size).toBeGreaterThan(8)
})

test.each(Object.entries(Object.groupBy(shown, ({ file }) => file)))('%s shows commands that there are', async (_, commands = []) => {
  const faults = await Promise.all(commands.map(async (command) => ({ ...command, fault: await refused(command) })))
  expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([])
})

describe('a page with a fault is found', () => {
  test.each([
    ['```\nnpx breakwater events shwo last\n```', /unknown command 'shwo'/],
    ['see `npx breakwater status --jsn`', /unknown option '--jsn'/],
    ['```\n$ npx breakwater restart\nnpx breakwater nonsense is output\n```', /missing required argument/],
    ['`npx breakwater load --target moon`', /moon/],
    ['```\nmake sratus\n```', /no target 'sratus'/],
    ['```\nmake up   make restart REPLICAS=catalog-0\n```', /reads no REPLICAS/],
    ['```\nnpx breakwater load --count 6 & make donw; wait\n```', /no target 'donw'/],
  ])('%j', async (page, fault) => {
    const faults = await Promise.all(commandsIn(page).map(refused))
    expect(faults.filter((one) => one !== undefined)).toEqual([expect.stringMatching(fault)])
  })
})
