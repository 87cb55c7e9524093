import { hash } from 'node:crypto'
import type { Caller } from '../../access/caller.ts'

interface Verified {
  readonly caller: Caller
  /** ms since 1970 */
  readonly until: number
}

/** Callers by the token that they proved themselves with: the newest `most` of them. Tokens themselves are not kept. */
export class VerifiedTokens {
  readonly #verified = new Map<string, Verified>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get(token: string, now: number): Caller | undefined {
    const key = keyOf(token)
    const found = this.#verified.get(key)
    if (!found) return undefined
    this.#verified.delete(key)
    if (now >= found.until) return undefined
    // Last in the order of the map is who was asked for last.
    this.#verified.set(key, found)
    return found.caller
  }

  set(token: string, caller: Caller, until: number): void {
    this.#verified.set(keyOf(token), { caller, until })
    for (const oldest of this.#verified.keys()) {
      if (this.#verified.size <= this.#most) return
      this.#verified.delete(oldest)
    }
  }

  /** Another set of keys may not have the one that a token was signed with. */
  clear(): void {
    this.#verified.clear()
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64')
