/** A program that the laptop runtime needs is not there. The message is one line that says what to install. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool'
}
