import { type Static, Type } from 'typebox'
import { isTopologyLabel } from '../locality.ts'
import { ruled } from '../rule.ts'
import { Count32, closed } from './values.ts'

const Fields = closed({
  enabled: Type.Optional(Type.Boolean()),
  distribute: Type.Optional(
    Type.Array(closed({ from: Type.Optional(Type.String()), to: Type.Optional(Type.Record(Type.String(), Count32)) })),
  ),
  failover: Type.Optional(Type.Array(closed({ from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }))),
  failoverPriority: Type.Optional(Type.Array(Type.String())),
})
export type LocalityLbSetting = Static<typeof Fields>

/** Why Istio refuses a `localityLbSetting` (istio/istio `pkg/config/validation/agent`, release 1.31); undefined when it does not. */
function localityLbFault({ distribute = [], failover = [], failoverPriority = [] }: LocalityLbSetting): string | undefined {
  if (distribute.length > 0 && failover.length > 0) return 'cannot have both distribute and failover'
  const topology = failoverPriority.find(isTopologyLabel)
  if (failover.length > 0 && topology) return `cannot have failover and ${topology} in failoverPriority`
  return (
    distribute.map(({ to = {} }) => sharesFault(to)).find((fault) => fault !== undefined) ??
    localitiesFault(distribute.map(({ from = '' }) => from)) ??
    failover.map(failoverFault).find((fault) => fault !== undefined)
  )
}

function sharesFault(to: Readonly<Record<string, number>>): string | undefined {
  const shares = Object.values(to)
  if (shares.some((share) => share < 1 || share > 100)) return 'must distribute shares from 1 to 100'
  const total = shares.reduce((sum, share) => sum + share, 0)
  return total === 100 ? localitiesFault(Object.keys(to)) : `must distribute 100 in all, not ${total}`
}

function localitiesFault(localities: readonly string[]): string | undefined {
  const wildcard = localities.find((locality) => locality.slice(0, -1).includes('*'))
  if (wildcard !== undefined) return `has the locality ${wildcard}, whose only wildcard must be at its end`
  const hollow = localities.find((locality) => locality.split('/').includes(''))
  if (hollow !== undefined) return `has the locality "${hollow}" with an empty part`
  const twice = localities.findIndex((locality, index) => localities.slice(0, index).some((before) => overlap(before, locality)))
  return twice < 0 ? undefined : `has the locality ${localities[twice]}, which overlaps with one before it`
}

/** A wildcard may follow what it has in it: it is for the rest then. */
const overlap = (before: string, after: string): boolean => has(before, after) || (!after.endsWith('*') && has(after, before))

/** Whether all that a locality names is so in another one, too. */
const has = (wide: string, narrow: string): boolean => {
  const parts = narrow.split('/')
  return wide.split('/').every((part, index) => part === '*' || part === parts[index])
}

function failoverFault({ from = '', to = '' }: { readonly from?: string; readonly to?: string }): string | undefined {
  if (from === to) return 'must fail over to another region'
  if (`${from}${to}`.includes('/')) return 'must fail over from region to region: zones of one region come first by themselves'
  if (`${from}${to}`.includes('*')) return 'must fail over to a region by its name, without a wildcard'
  return undefined
}

/** Whom a caller prefers by their place. */
export const LocalityLbSetting = ruled(Fields, localityLbFault)
