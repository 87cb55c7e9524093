/** A command that cannot be decided, now or later: it is quarantined under this code. */
export class RejectedCommand extends Error {
  override readonly name = 'RejectedCommand'
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}
