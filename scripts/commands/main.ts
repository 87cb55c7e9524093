import { CommanderError } from 'commander'
import { exitCodes } from '../cli/exit-codes.ts'
import { createProgram } from './program.ts'

/** Runs the command that these words are, and leaves its exit code in `process.exitCode`. */
export async function main(words: readonly string[]): Promise<void> {
  const program = createProgram()
  try {
    if (words.length === 0) program.outputHelp()
    else await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // It has printed help, or what is wrong, already.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.notBegun
  }
}
