import { faultPlaces, type Matrix, policies } from '../../core/matrix-schema.ts'
import type { Place } from './matrix-faults.ts'
import { type Acts, counters, type Policy } from './policy-acts.ts'

/** What one fault made the policies do, and what they did just before without it; or why that could not be seen. */
export type Trial = { readonly place: Place; readonly what: string } & (
  | { readonly sound: Acts; readonly broken: Acts }
  | { readonly because: string }
)
type Seen = Extract<Trial, { broken: Acts }>

/** Pure. A policy that acts without a fault as well, as on a machine that is too slow, tells nothing of the fault. */
export function matrixOfTrials(about: Pick<Matrix, 'target' | 'startedAt'>, trials: readonly Trial[]): Matrix {
  const places = faultPlaces.map((place) => ({ place, of: trials.filter((trial) => trial.place === place) }))
  const reasons = places.map(({ place, of }) => [place, reasonOf(of)] as const).filter(([, reason]) => reason !== undefined)
  return {
    ...about,
    faults: Object.fromEntries(places.map(({ place, of }) => [place, of.map(({ what }) => what).join('; then ')])),
    ...(reasons.length > 0 && { notMeasured: Object.fromEntries(reasons) }),
    cells: places.flatMap(({ place, of }) => {
      const seen = of.filter(wasSeen)
      if (seen.length < of.length || seen.length === 0) return []
      return policies.filter((policy) => seen.every(isTelling(policy))).map((policy) => cellOf(place, policy, seen))
    }),
  }
}

const wasSeen = (trial: Trial): trial is Seen => 'broken' in trial

const isTelling =
  (policy: Policy) =>
  ({ sound }: Seen): boolean =>
    sound[policy] === 0

function cellOf(fault: Place, policy: Policy, seen: readonly Seen[]): Matrix['cells'][number] {
  const count = seen.reduce((sum, { broken }) => sum + broken[policy], 0)
  return {
    fault,
    policy,
    tripped: count > 0,
    count,
    counter: counters[policy],
    ...(count > 0 && seen.length > 1 && { note: seen.map(({ what, broken }) => `${what}: ${broken[policy]}`).join('; ') }),
  }
}

/** Why cells of a place are missing; undefined when none is. */
function reasonOf(of: readonly Trial[]): string | undefined {
  const reasons = of.flatMap((trial) => {
    if (!wasSeen(trial)) return [`${trial.what}: ${trial.because}`]
    const acted = policies.filter((policy) => trial.sound[policy] > 0)
    return acted.map((policy) => `${policy} acted ${trial.sound[policy]} times before the fault: this machine is too slow to judge`)
  })
  return of.length === 0 ? 'it was not tried' : reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ')
}
