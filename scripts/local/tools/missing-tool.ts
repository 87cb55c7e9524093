import { CommandError } from '../../cli/command-error.ts'

/** A program that the laptop runtime needs is not there. The message is one line that says what to install. */
export class MissingTool extends CommandError {
  override readonly name = 'MissingTool'
}
