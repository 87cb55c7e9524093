import { type Destination, hostName } from '../destination.ts'
import type { PolicyObject } from '../policy-object.ts'
import { covers } from './host.ts'
import { hostOf, specOf } from './layered-rule.ts'

/** What the hosts of a destination's subset have in common; undefined when it is about none, or when no DestinationRule says what it is. */
export function subsetLabels(policies: readonly PolicyObject[], destination: Destination): Readonly<Record<string, string>> | undefined {
  if (destination.subset === undefined) return undefined
  return policies
    .filter((rule) => rule.kind === 'DestinationRule' && covers(hostOf(rule), hostName(destination)))
    .flatMap((rule) => specOf(rule).subsets ?? [])
    .find(({ name }) => name === destination.subset)?.labels
}
