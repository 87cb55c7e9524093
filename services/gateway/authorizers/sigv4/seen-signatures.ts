/** Signatures kept at once; the oldest goes first. Ten minutes of 150 signed changes a second. */
const mostSeen = 100_000

/** Signatures of changes that were let through, for as long as they could be sent again. */
export class SeenSignatures {
  readonly #until = new Map<string, number>()

  /** Whether it is the first time; from then on it is not, until `untilMs`. */
  isFirst(signature: string, untilMs: number, nowMs: number): boolean {
    for (const [oldest, until] of this.#until) {
      if (until >= nowMs && this.#until.size < mostSeen) break
      this.#until.delete(oldest)
    }
    const until = this.#until.get(signature)
    if (until !== undefined && until >= nowMs) return false
    this.#until.set(signature, untilMs)
    return true
  }
}
