import type { Breaker, BreakerChange, HostBreaker, PoolBreaker } from '../../breaker-watch/breaker.ts'
import type { Look } from '../../breaker-watch/breaker-watch.ts'

/** One caller's breakers towards one destination. */
export interface CallerRow {
  readonly caller: string
  readonly pool: PoolBreaker
  readonly hosts: readonly HostBreaker[]
  /** Its proxy does not answer: this is what it said last. */
  readonly isSilent: boolean
}

/** All callers of one destination. */
export interface DestinationCard {
  /** Tells it from all others. */
  readonly key: string
  /** `catalog`, `catalog v2`, or a whole host name. */
  readonly title: string
  readonly hostname: string
  readonly port: number
  readonly rows: readonly CallerRow[]
  /** Something ejects its hosts or has refused requests: it has a breaker, not only traffic. */
  readonly isGuarded: boolean
}

/** What the wall shows at one moment. */
export interface Wall {
  /** ms since 1970 */
  readonly atMs: number
  readonly cards: readonly DestinationCard[]
  /** Pairs of caller and destination that no request has used yet; they are in `cards` only when they were asked for. */
  readonly unused: number
  /** The latest first. */
  readonly changes: readonly BreakerChange[]
}

const shownChanges = 12

/**
 * What was seen → what is shown: destinations by name, below each its callers. Pure.
 * @param changes the latest last
 * @param all also of those that nobody has used
 */
export function wallOf(
  { atMs, breakers, silent }: Pick<Look, 'atMs' | 'breakers' | 'silent'>,
  changes: readonly BreakerChange[],
  all: boolean,
): Wall {
  const rows = [...Map.groupBy(breakers, rowKey).values()].flatMap((ofRow) => rowOf(ofRow, silent) ?? [])
  const used = rows.filter(isUsed)
  const cards = [...Map.groupBy(all ? rows : used, ({ pool }) => cardKey(pool))].map(([key, ofCard]) => cardOf(key, ofCard))
  return {
    atMs,
    cards: cards.toSorted((one, other) => byName(one.title, other.title) || byName(one.key, other.key)),
    unused: rows.length - used.length,
    changes: changes.slice(-shownChanges).toReversed(),
  }
}

const cardKey = ({ hostname, port, subset }: Breaker): string => `${hostname}:${port}/${subset}`
const rowKey = (breaker: Breaker): string => `${cardKey(breaker)} ${breaker.callerNamespace}/${breaker.caller}`

function rowOf(breakers: readonly Breaker[], silent: readonly string[]): CallerRow | undefined {
  const pool = breakers.find((breaker) => breaker.kind === 'pool')
  if (pool === undefined) return undefined
  const hosts = breakers.filter((breaker) => breaker.kind === 'host').toSorted((one, other) => byName(one.host, other.host))
  return { caller: pool.caller, pool, hosts, isSilent: silent.includes(pool.caller) }
}

/** Something was asked, or is not as it should be. */
const isUsed = ({ pool, hosts }: CallerRow): boolean =>
  pool.state !== 'closed' || pool.refused > 0 || hosts.some(({ state, requests }) => state !== 'closed' || requests > 0)

const isGuarded = ({ pool, hosts }: CallerRow): boolean =>
  pool.state !== 'closed' || pool.refused > 0 || hosts.some(({ state, ejectsAt }) => state !== 'closed' || ejectsAt !== undefined)

function cardOf(key: string, rows: readonly CallerRow[]): DestinationCard {
  const [first] = rows
  const { hostname = '', port = 0, host = '' } = first?.pool ?? {}
  return {
    key,
    title: host.replace(/ pool$/, ''),
    hostname,
    port,
    rows: rows.toSorted((one, other) => byName(one.caller, other.caller)),
    isGuarded: rows.some(isGuarded),
  }
}

/** `catalog-2` before `catalog-10`. */
const byName = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true })

/** Which have been silent for so long that it is no slow answer: by name, since when. Pure. */
export const silentSince = (
  before: ReadonlyMap<string, number>,
  { silent, atMs }: Pick<Look, 'silent' | 'atMs'>,
): ReadonlyMap<string, number> => new Map(silent.map((name) => [name, before.get(name) ?? atMs]))
