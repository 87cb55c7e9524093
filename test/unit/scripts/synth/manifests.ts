import { parseAllDocuments } from 'yaml'
import type { Settings } from '../../../../cdk8s/settings/settings.ts'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { synth } from '../../../../scripts/synth/synth.ts'

interface Container {
  readonly image: string
  readonly command?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly securityContext?: object
}

/** The parts of a manifest that tests look at. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> }
  readonly spec?: {
    readonly replicas?: number
    readonly selector?: { readonly matchLabels?: Record<string, string>; readonly app?: string }
    readonly template?: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec }
    readonly [field: string]: unknown
  }
}

interface PodSpec {
  readonly serviceAccountName?: string
  readonly securityContext: object
  readonly containers: readonly Container[]
}

export const settingsOf = (target: Settings['target']): Settings => {
  const settings = targets.find((candidate) => candidate.target === target)
  if (!settings) throw new Error(`There is no target ${target}.`)
  return settings
}

const synthesized = new Map<Settings['target'], Manifest[]>()

/** All objects of a target, as kubectl would read them; synthesized once, which takes a second. */
export function manifestsOf(target: Settings['target']): Manifest[] {
  const manifests = synthesized.get(target) ?? parsed(synth(settingsOf(target)))
  synthesized.set(target, manifests)
  return manifests
}

/** The objects of synthesized files. */
export const parsed = (files: ReadonlyMap<string, string>): Manifest[] =>
  [...files.values()].flatMap((yaml) => parseAllDocuments(yaml).map((document) => document.toJS() as Manifest))

export const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}.`)
  return found
}

/** What the object says, in the shape that the test expects it to have. */
export const specOf = <Spec>(manifests: readonly Manifest[], kind: string, name: string): Spec => named(manifests, kind, name).spec as Spec
