import { parseAllDocuments } from 'yaml'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { synth } from '../../../../scripts/synth/synth.ts'

export interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: Readonly<Record<string, unknown>>
}

/** The objects of `dist/local`, without the detour by files. */
export function localManifests(): Manifest[] {
  const local = targets.find(({ target }) => target === 'local')
  if (!local) throw new Error('There are no settings for the laptop.')
  return [...synth(local).values()].flatMap((yaml) => parseAllDocuments(yaml).map((document) => document.toJS() as Manifest))
}

/** The negative control of every policy: the same without it. */
export const without = (manifests: readonly Manifest[], kind: string, name: string): Manifest[] =>
  manifests.filter((manifest) => manifest.kind !== kind || manifest.metadata.name !== name)
