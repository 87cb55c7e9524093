import { setTimeout as delay } from 'node:timers/promises'

/** Nobody answered, or only to say that nobody can answer now. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

export interface Patience {
  readonly forMs: number
  readonly everyMs: number
  /** Nobody has answered for so long. */
  readonly onSilence: (ms: number) => void
}

/** Asks again for a while as long as nobody answers. @throws NoAnswer after that; any other error at once */
export async function keepAsking<Answer>(ask: () => Promise<Answer>, { forMs, everyMs, onSilence }: Patience): Promise<Answer> {
  const begun = performance.now()
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const outageMs = performance.now() - begun
      if (!(error instanceof NoAnswer) || outageMs + everyMs > forMs) throw error
      onSilence(outageMs)
      await delay(everyMs)
    }
  }
}
