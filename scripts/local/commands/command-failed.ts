/** A command cannot do what it was asked to. The message is what a person reads, usually one line. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}
