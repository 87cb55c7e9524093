/** A command that cannot be decided, now or later: it is parked under this code. */
export class Unfit extends Error {
  override readonly name = 'Unfit'
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}
