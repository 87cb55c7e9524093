import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../access/replica.ts'
import type { BreakerRule } from '../envoy-admin/breaker-rules.ts'
import type { Breaker, BreakerChange } from './breaker.ts'
import { nextBreakers, type ProxyBreakers } from './next-breakers.ts'
import type { ProxyReader } from './proxy-reader.ts'

/** The proxies whose breakers are watched. */
export interface WatchedMesh {
  /** Replicas with a proxy; there may be more and less of them at any time. */
  proxies(): Promise<readonly Replica[]>
  reader(replica: Replica): ProxyReader
  /** Names by the address that callers' proxies know (`10.0.0.7:3000` → `catalog-0`), or by the address of a pod without a port. */
  hostNames(): Promise<ReadonlyMap<string, string>>
}

/** What one round over all proxies showed. */
export interface Look {
  /** ms since 1970 */
  readonly atMs: number
  readonly breakers: readonly Breaker[]
  /** Since the round before. */
  readonly changes: readonly BreakerChange[]
  /** Replicas whose proxy has not answered in this round: their breakers are as they were last seen. */
  readonly silent: readonly string[]
}

export interface BreakerWatch {
  /** What was seen last; no breakers before the first round. */
  now(): Look
  /** What has changed since a moment (ms since 1970), as far as somebody watched; the last thousand changes are known. */
  changes(sinceMs: number): readonly BreakerChange[]
  /**
   * Watches until `signal` aborts. Who is slower than the rounds gets the newest. All who watch share one reading of the proxies, at the pace of
   * the one who wants it most often; while nobody watches, no proxy is asked.
   */
  watch(signal: AbortSignal, options?: WatchOptions): AsyncGenerator<Look>
}

export interface WatchOptions {
  readonly periodMs?: number
  /** Whether pools tell how long answers took, which costs a proxy more than all else. */
  readonly latency?: boolean
}

/** Twice a second, with room for a slow round. */
const usualPeriodMs = 450
const knownChanges = 1_000
/** Names of hosts, rules and the list of proxies change with deployments and policy. */
const refreshMs = 10_000

export function breakerWatch(mesh: WatchedMesh, now: () => number = Date.now): BreakerWatch {
  const watchers = new Set<WatchOptions>()
  const proxies = new Map<string, WatchedProxy>()
  let look: Look = { atMs: now(), breakers: [], changes: [], silent: [] }
  let changes: readonly BreakerChange[] = []
  let names: ReadonlyMap<string, string> = new Map()
  let fresh: BreakerChange[] = []
  let round = Promise.withResolvers<void>()
  let isReading = false

  const refresh = async (): Promise<void> => {
    const [replicas, hostNames] = await Promise.all([mesh.proxies(), mesh.hostNames()])
    names = hostNames
    const present = new Set(replicas.map(nameOf))
    for (const name of proxies.keys()) if (!present.has(name)) proxies.delete(name)
    for (const replica of replicas) {
      const proxy = proxies.get(nameOf(replica)) ?? { replica, reader: mesh.reader(replica), rules: new Map(), isSilent: false }
      proxies.set(nameOf(replica), proxy)
      void proxy.reader.rules().then(
        (rules) => {
          proxy.rules = rules
        },
        () => {},
      )
    }
  }

  const readOne = async (proxy: WatchedProxy, latency: boolean): Promise<void> => {
    const { replica: caller, reader, rules } = proxy
    try {
      const clusters = await reader.read(now(), { latency })
      proxy.breakers = nextBreakers(proxy.breakers, { caller, atMs: now(), clusters, rules, names })
      proxy.isSilent = false
      fresh.push(...proxy.breakers.changes)
    } catch {
      proxy.isSilent = true
    }
  }

  /** One that does not answer in time keeps nobody waiting: it is asked again when it has answered, or failed to. */
  const readAll = async (withinMs: number): Promise<void> => {
    const latency = [...watchers].some((options) => options.latency)
    for (const proxy of proxies.values())
      proxy.reading ??= readOne(proxy, latency).finally(() => {
        delete proxy.reading
      })
    const all = Promise.all([...proxies.values()].map(({ reading }) => reading))
    const late = new AbortController()
    await Promise.race([all, delay(withinMs, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
    for (const proxy of proxies.values()) proxy.isSilent ||= proxy.reading !== undefined
    const seen = [...proxies.values()]
    look = {
      atMs: now(),
      breakers: seen.flatMap(({ breakers }) => breakers?.breakers ?? []),
      changes: fresh,
      silent: seen.filter(({ isSilent }) => isSilent).map(({ replica }) => replica.name),
    }
    changes = [...changes, ...fresh].slice(-knownChanges)
    fresh = []
    round.resolve()
    round = Promise.withResolvers()
  }

  const readWhileWatched = async (): Promise<void> => {
    isReading = true
    // After a while in which nobody saw them, breakers begin anew: what is now is no change.
    for (const proxy of proxies.values()) delete proxy.breakers
    let refreshedMs = Number.NEGATIVE_INFINITY
    while (watchers.size > 0) {
      const startedMs = performance.now()
      const periodMs = Math.min(...[...watchers].map((options) => options.periodMs ?? usualPeriodMs))
      if (startedMs - refreshedMs >= refreshMs) {
        // A mesh that cannot be listed just now has the proxies that it had.
        await refresh().catch(() => {})
        refreshedMs = startedMs
      }
      await readAll(periodMs)
      // Proxies that are slow to answer are not asked without a pause.
      await delay(Math.max(periodMs / 4, periodMs - (performance.now() - startedMs)))
    }
    isReading = false
  }

  return {
    now: () => look,
    changes: (sinceMs) => changes.filter(({ atMs }) => atMs >= sinceMs),
    watch: async function* (signal, options = {}) {
      const watcher = { ...options }
      watchers.add(watcher)
      const wake = (): void => round.resolve()
      signal.addEventListener('abort', wake)
      let shown: Look | undefined
      try {
        if (!isReading) void readWhileWatched()
        while (!signal.aborted) {
          const { promise } = round
          await promise
          // Others are woken, too, when one has seen enough.
          if (promise === round.promise) round = Promise.withResolvers()
          if (signal.aborted || look === shown) continue
          shown = look
          yield look
        }
      } finally {
        signal.removeEventListener('abort', wake)
        watchers.delete(watcher)
      }
    },
  }
}

interface WatchedProxy {
  readonly replica: Replica
  readonly reader: ProxyReader
  rules: ReadonlyMap<string, BreakerRule>
  breakers?: ProxyBreakers
  /** While it is asked. */
  reading?: Promise<void>
  isSilent: boolean
}

const nameOf = ({ namespace, name }: Replica): string => `${namespace}/${name}`
