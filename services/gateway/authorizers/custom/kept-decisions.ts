/** Entries at once; the one that was asked for longest ago goes first. */
const mostKept = 10_000

/** Values by key, each for a while. Whoever asks while a value is being found waits for the same one. */
export class KeptDecisions<Value> {
  readonly #kept = new Map<string, { readonly value: Value; readonly until: number }>()
  readonly #asked = new Map<string, Promise<Value>>()
  readonly #ttlMs: number
  readonly #now: () => number

  /** @param ttlMs 0: nothing is kept */
  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs
    this.#now = now
  }

  get(key: string): Value | undefined {
    const found = this.#kept.get(key)
    if (!found) return undefined
    this.#kept.delete(key)
    if (found.until <= this.#now()) return undefined
    this.#kept.set(key, found)
    return found.value
  }

  /** A failure is not kept. */
  find(key: string, ask: () => Promise<Value>): Promise<Value> {
    if (this.#ttlMs === 0) return ask()
    const asked = this.#asked.get(key) ?? this.#ask(key, ask)
    this.#asked.set(key, asked)
    return asked
  }

  async #ask(key: string, ask: () => Promise<Value>): Promise<Value> {
    try {
      const value = await ask()
      if (this.#kept.size >= mostKept) for (const [oldest] of this.#kept) if (this.#kept.delete(oldest)) break
      this.#kept.set(key, { value, until: this.#now() + this.#ttlMs })
      return value
    } finally {
      this.#asked.delete(key)
    }
  }
}
