/** A request in flight, as its end must be told. */
export interface Begun {
  readonly atMs: number
  isOld: boolean
  hasEnded: boolean
  next: Begun | undefined
}

/**
 * Counts the requests in flight, and those of them that came a short while ago. Who has been here for longer waits for something that does not need this
 * process, such as a service that hangs. Times are passed in (ms, never falling).
 */
export class RecentRequests {
  readonly #recentMs: number
  #all = 0
  #recent = 0
  /** In the order in which they came, without those that are old. */
  #oldest: Begun | undefined
  #newest: Begun | undefined

  constructor(recentMs: number) {
    this.#recentMs = recentMs
  }

  get all(): number {
    return this.#all
  }

  recent(nowMs: number): number {
    for (let one = this.#oldest; one && nowMs - one.atMs >= this.#recentMs; one = this.#oldest) {
      this.#oldest = one.next
      one.isOld = true
      if (!one.hasEnded) this.#recent -= 1
    }
    return this.#recent
  }

  begin(nowMs: number): Begun {
    const begun: Begun = { atMs: nowMs, isOld: false, hasEnded: false, next: undefined }
    if (this.#oldest && this.#newest) this.#newest.next = begun
    else this.#oldest = begun
    this.#newest = begun
    this.#all += 1
    this.#recent += 1
    return begun
  }

  /** Once for each that began. */
  end(begun: Begun): void {
    begun.hasEnded = true
    this.#all -= 1
    if (!begun.isOld) this.#recent -= 1
  }
}
