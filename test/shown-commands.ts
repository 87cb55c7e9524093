import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A command that a README tells its reader to type. */
export interface ShownCommand {
  /** The page, from the root of the repository. */
  readonly file: string
  readonly line: number
  /** `make`, or `npx breakwater`. */
  readonly program: 'make' | 'npx breakwater'
  /** Behind the program, as a shell would split them. */
  readonly words: readonly string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every command of ours in code blocks and between backticks of the repository's pages. */
export const shownCommands = (): readonly ShownCommand[] =>
  globSync('**/*.md', { cwd: root, exclude: (name) => ['node_modules', '.local', 'dist', 'out'].includes(String(name)) })
    .toSorted()
    .flatMap((file) => commandsIn(readFileSync(`${root}/${file}`, 'utf8')).map((command) => ({ file, ...command })))

/** What stands between backticks and goes on for the reader to fill in is no command. */
const placeholder = /…|</

/** Commands of one page, with the lines that they stand in. */
export function commandsIn(page: string): readonly Omit<ShownCommand, 'file'>[] {
  const found: Omit<ShownCommand, 'file'>[] = []
  const lines = page.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const fence = /^ *```/.exec(lines[index] ?? '')
    if (!fence) {
      for (const [, text = ''] of (lines[index] ?? '').matchAll(/`([^`]+)`/g))
        if (!placeholder.test(text)) found.push(...commandsOf(text, index + 1))
      continue
    }
    const begin = index + 1
    while (index + 1 < lines.length && !/^ *```/.test(lines[index + 1] ?? '')) index++
    const block = lines.slice(begin, index + 1)
    // Beside prompts all other lines are what was printed.
    const hasPrompts = block.some((line) => /^ *\$ /.test(line))
    block.forEach((line, number) => {
      if (!hasPrompts || /^ *\$ /.test(line)) found.push(...commandsOf(line.replace(/^ *\$ /, ''), begin + number + 1))
    })
    index++
  }
  return found
}

/** The commands of one line: behind variables, and one behind the other. */
function commandsOf(line: string, number: number): Omit<ShownCommand, 'file'>[] {
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(/;|&&|&|\||\s{2,}|\bor\b/)
    .flatMap((part) => {
      const [, program, rest = ''] = /^\s*(?:[A-Z_]+=\S+\s+)*(make|npx breakwater)(?:\s+(.*))?$/.exec(part.trim()) ?? []
      if (program === undefined) return []
      return [{ line: number, program: program as ShownCommand['program'], words: shellWords(rest) }]
    })
}

const shellWords = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '')
