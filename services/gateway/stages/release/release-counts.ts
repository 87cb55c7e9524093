import type { Answers } from '../../../shared/contracts/api/gateway.ts'
import type { Spans } from './judge-release.ts'

type Side = 'canary' | 'prod'

const minute = 60

/** Counts of one release on this replica: since it began, and by second of the last minute. */
export class ReleaseCounts {
  readonly #release = { canary: none(), prod: none() }
  /** Oldest first. */
  #seconds: { readonly second: number; readonly canary: Mutable; readonly prod: Mutable }[] = []
  #look = 0
  #looked = 0

  /** @param nowMs of a clock that never goes back */
  count(side: Side, isBad: boolean, nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    let current = this.#seconds.at(-1)
    if (current?.second !== second) {
      current = { second, canary: none(), prod: none() }
      this.#seconds.push(current)
      this.#seconds = this.#seconds.filter((each) => each.second > second - minute)
    }
    for (const counts of [this.#release[side], current[side]]) {
      counts.answered += 1
      if (isBad) counts.bad += 1
    }
  }

  /** The next look, with its number; none when the canary has answered nothing since the last one. */
  look(nowMs: number): { readonly spans: Spans; readonly look: number } | undefined {
    if (this.#release.canary.answered === this.#looked) return undefined
    this.#looked = this.#release.canary.answered
    this.#look += 1
    const since = Math.floor(nowMs / 1000) - minute
    const recent = this.#seconds.filter(({ second }) => second > since)
    const sum = (side: Side): Answers =>
      recent.reduce((all, each) => ({ answered: all.answered + each[side].answered, bad: all.bad + each[side].bad }), none())
    const release = { canary: { ...this.#release.canary }, prod: { ...this.#release.prod } }
    return { look: this.#look, spans: { release, 'last minute': { canary: sum('canary'), prod: sum('prod') } } }
  }
}

type Mutable = { answered: number; bad: number }
const none = (): Mutable => ({ answered: 0, bad: 0 })
