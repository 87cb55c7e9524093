import type { BreakerState, HostBreaker } from '../../../breaker-watch/breaker.ts'
import type { Wall } from '../../wall/wall.ts'

/** A sign beside the colour: nobody should need to see colours. */
export const signs: Readonly<Record<BreakerState, string>> = { closed: '●', overflow: '▲', ejected: '✕', probation: '◐' }

/** The tone of what is around it. */
export const tones: Readonly<Record<BreakerState, 'good' | 'warn' | 'bad' | 'probing'>> = {
  closed: 'good',
  overflow: 'warn',
  ejected: 'bad',
  probation: 'probing',
}

/** What happens now, in one sentence for somebody at the other end of the room. */
export function headline({ cards }: Wall): { readonly text: string; readonly state: BreakerState } {
  const rows = cards.flatMap((card) => card.rows)
  const hosts = rows.flatMap((row) => row.hosts)
  const ejected = hosts.filter(({ state }) => state === 'ejected')
  const full = rows.filter(({ pool }) => pool.state === 'overflow')
  const returned = hosts.filter(({ state }) => state === 'probation')
  if (ejected.length > 0)
    return { text: `${ejectedWords(ejected)}${full.length > 0 ? `; ${fullWords(full.length)}` : ''}`, state: 'ejected' }
  if (full.length > 0) return { text: capitalised(fullWords(full.length)), state: 'overflow' }
  if (returned.length > 0)
    return { text: `${names(returned)} ${returned.length === 1 ? 'has' : 'have'} returned, on probation`, state: 'probation' }
  const count = rows.length + hosts.length
  return {
    text: count === 0 ? 'No requests yet' : count === 1 ? 'The breaker is closed' : `All ${count} breakers are closed`,
    state: 'closed',
  }
}

const ejectedWords = (ejected: readonly HostBreaker[]): string => {
  const hosts = [...new Set(ejected.map(({ host }) => host))]
  if (hosts.length > 2) return `${hosts.length} hosts are ejected`
  const callers = [...new Set(ejected.map(({ caller }) => caller))]
  const by = callers.length > 2 ? `${callers.length} callers` : callers.join(' and ')
  return `${hosts.join(' and ')} ${hosts.length === 1 ? 'is' : 'are'} ejected by ${by}`
}
const fullWords = (pools: number): string => (pools === 1 ? 'one pool refuses requests' : `${pools} pools refuse requests`)
const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
const names = (hosts: readonly HostBreaker[]): string => [...new Set(hosts.map(({ host }) => host))].slice(0, 2).join(' and ')

/** How long until an ejected host returns; undefined when nobody saw the beginning. */
export function returnsIn({ returnsAtMs }: HostBreaker, nowMs: number): string | undefined {
  if (returnsAtMs === undefined) return undefined
  const seconds = Math.ceil((returnsAtMs - nowMs) / 1000)
  // Envoy looks once an interval whose time is over.
  return seconds > 0 ? `returns in ${seconds} s` : 'returns any moment'
}

/** What of an ejection is over, 0 to 1. */
export function returnProgress({ sinceMs, returnsAtMs }: HostBreaker, nowMs: number): number | undefined {
  if (sinceMs === undefined || returnsAtMs === undefined || returnsAtMs <= sinceMs) return undefined
  return Math.min(1, Math.max(0, (nowMs - sinceMs) / (returnsAtMs - sinceMs)))
}

const grouped = new Intl.NumberFormat('en')

export const counted = (count: number, thing: string): string => `${grouped.format(count)} ${thing}${count === 1 ? '' : 's'}`
export const plain = (count: number): string => grouped.format(count)
export const rate = (perSecond: number): string => (perSecond >= 10 || perSecond === 0 ? perSecond.toFixed(0) : perSecond.toFixed(1))
export const milliseconds = (ms: number): string => (ms >= 10 ? ms.toFixed(0) : ms.toFixed(1))
