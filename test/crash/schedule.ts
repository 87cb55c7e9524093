import { seededRandom } from '../../scripts/synthetic-orders/seeded-random.ts'

/**
 * What is done to a process.
 * `kill`: SIGKILL, a new one soon after. `pause`: SIGSTOP for less than anybody notices, SIGCONT.
 * `zombie`: SIGSTOP for longer than the group's session (10 s): when it wakes up it believes to own what others have taken over.
 * `broker-kill`: the broker's SIGKILL, a new one on the same data. `broker-pause`: SIGSTOP for longer than clients wait for an answer (10 s).
 * `commit-cut`: for a while no commit of a service is answered; some of them happen all the same.
 */
export const faultKinds = ['kill', 'pause', 'zombie', 'broker-kill', 'broker-pause', 'commit-cut'] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** The broker, a replica's name, or for `commit-cut` a service's. */
  readonly target: string
  /** ms since the first order. */
  readonly atMs: number
  /** ms until it is undone: the process continues, or a new one is started. */
  readonly lastsMs: number
}

export interface ScheduleOptions {
  readonly seed: number
  readonly counts: Readonly<Record<FaultKind, number>>
  /** Names by service. Only a service with several has zombies: with one, nobody takes over. */
  readonly replicas: ReadonlyMap<string, readonly string[]>
  /** Mean time between two faults, ms. */
  readonly everyMs: number
}

const lasting: Record<FaultKind, readonly [number, number]> = {
  kill: [0, 500],
  pause: [100, 4_000],
  zombie: [12_000, 15_000],
  'broker-kill': [0, 500],
  'broker-pause': [11_000, 13_000],
  'commit-cut': [1_000, 4_000],
}

/** A process that was started or woken up is left alone for this long, ms, so that there is something to interrupt. */
const rest = { replica: 2_500, broker: 15_000 }

/** The same faults for the same options: what, whom, when, for how long. No two at the same process at once. */
export function schedule({ seed, counts, replicas, everyMs }: ScheduleOptions): readonly Fault[] {
  const random = seededRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const kinds = shuffled(
    faultKinds.flatMap((kind) => Array.from({ length: counts[kind] }, () => kind)),
    random,
  )
  const all = [...replicas.values()].flat()
  const doubled = [...replicas.values()].filter((names) => names.length > 1).flat()
  const candidatesFor: Record<FaultKind, readonly string[]> = {
    kill: all,
    pause: all,
    zombie: doubled,
    'broker-kill': ['broker'],
    'broker-pause': ['broker'],
    'commit-cut': [...replicas.keys()],
  }
  const freeAt = new Map<string, number>()
  const isFree = (name: string, at: number) => (freeAt.get(name) ?? 0) <= at
  let clock = 0
  const faults = kinds.map((kind): Fault => {
    clock += Math.round(everyMs * (0.5 + random()))
    const candidates = candidatesFor[kind]
    // Whoever is free first, when none is.
    const soonest = Math.min(...candidates.map((name) => freeAt.get(name) ?? 0))
    const atMs = Math.max(clock, soonest)
    const target = pick(candidates.filter((name) => isFree(name, atMs))) ?? 'broker'
    const [least, most] = lasting[kind]
    const lastsMs = Math.round(least + random() * (most - least))
    freeAt.set(target, atMs + lastsMs + (target === 'broker' ? rest.broker : rest.replica))
    return { kind, target, atMs, lastsMs }
  })
  return faults.toSorted((one, other) => one.atMs - other.atMs)
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [one, two] = [mixed[last], mixed[other]]
    if (one !== undefined && two !== undefined) [mixed[last], mixed[other]] = [two, one]
  }
  return mixed
}
