import { type ExitCode, exitCodes } from './exit-codes.ts'

/** A command cannot do what it was asked to. The message is all that a person reads: usually one line, with what to do about it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Nothing was begun, because the command was used wrongly. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError'

  constructor(message: string) {
    super(message, exitCodes.notBegun)
  }
}

/** Nothing was begun, because there is no shop to work on; the message has the line that starts one. */
export class NoShop extends CommandError {
  override readonly name: string = 'NoShop'

  constructor(message: string) {
    super(message, exitCodes.notBegun)
  }
}

/** A tool did not do its work. The message names the command and says how it ended, with the last lines that the tool printed. */
export class ToolError extends CommandError {
  override readonly name = 'ToolError'
  /** What the tool printed: stderr, or stdout when that is empty. */
  readonly output: string

  constructor(message: string, output = '') {
    super(message)
    this.output = output
  }
}

/** What a command ends with when it ends with this error. */
export const exitCodeOf = (error: unknown): ExitCode => (error instanceof CommandError ? error.exitCode : exitCodes.failed)

/** What a person reads of an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
