import type { Static, TProperties, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { policyWarnings } from './policy-warnings.ts'
import { DestinationRule } from './resources/destination-rule.ts'
import { VirtualService } from './resources/virtual-service.ts'
import { Deployment, Pod, Service } from './resources/workloads.ts'
import { unfoldLists } from './unfold-lists.ts'

export interface Manifests {
  readonly deployments: readonly Deployment[]
  /** Replicas that have labels of their own. */
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly destinationRules: readonly DestinationRule[]
  readonly virtualServices: readonly VirtualService[]
  /** What is accepted and will surprise, one sentence each. */
  readonly warnings: readonly string[]
}

/** Manifests say something that cannot be rendered; the message has a line a fault, which names kind, name and field. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
  constructor(faults: readonly string[]) {
    super([...new Set(faults)].join('\n'))
  }
}

/** Compiled once: a policy edit is rendered for every sidecar. */
const checks = {
  Deployment: Compile(Deployment),
  Pod: Compile(Pod),
  Service: Compile(Service),
  DestinationRule: Compile(DestinationRule),
  VirtualService: Compile(VirtualService),
}
const istio = /\.istio\.io\//
/** API groups of the kinds that are rendered; others have kinds of these names too. */
const groups: Readonly<Record<string, RegExp>> = {
  Deployment: /^apps\//,
  Pod: /^v1$/,
  Service: /^v1$/,
  DestinationRule: /^networking\.istio\.io\/(v1|v1beta1|v1alpha3)$/,
  VirtualService: /^networking\.istio\.io\/(v1|v1beta1|v1alpha3)$/,
}

/**
 * Sorts objects by kind and checks those that decide something.
 * @throws ManifestError with every unknown, unsupported or malformed field of all of them
 */
export function readManifests(folded: readonly unknown[]): Manifests {
  const objects = unfoldLists(folded)
  const faults = [...objects.flatMap(kindFaults), ...duplicateFaults(objects)]
  const ofKind = <Schema extends TSchema>(kind: string, check: Validator<TProperties, Schema>): Static<Schema>[] =>
    objects
      .filter((object) => isRendered(object, kind))
      .flatMap((object) => {
        if (check.Check(object)) return [object]
        faults.push(...fieldFaults(check, object).map((fault) => `${kind} ${nameOf(object)}: ${fault}`))
        return []
      })
  const destinationRules = ofKind('DestinationRule', checks.DestinationRule)
  const manifests = {
    deployments: ofKind('Deployment', checks.Deployment),
    pods: ofKind('Pod', checks.Pod),
    services: ofKind('Service', checks.Service),
    destinationRules,
    virtualServices: ofKind('VirtualService', checks.VirtualService),
    warnings: policyWarnings(destinationRules),
  }
  if (faults.length > 0) throw new ManifestError(faults)
  return manifests
}

/** An object whose kind is given but not its API group is taken for the kind that is known here. */
function isRendered(object: unknown, kind: string): boolean {
  const apiVersion = textAt(object, 'apiVersion')
  return textAt(object, 'kind') === kind && (apiVersion === '' || groups[kind]?.test(apiVersion) === true)
}

/** Kinds that decide nothing here are passed over. Those of Istio decide something in a cluster: passing over them would be a lie. */
function kindFaults(object: unknown): string[] {
  const [kind, apiVersion] = [textAt(object, 'kind'), textAt(object, 'apiVersion')]
  if (!istio.test(apiVersion) || isRendered(object, kind)) return []
  return [`${kind || 'An object without a kind'} ${nameOf(object)}: ${apiVersion} ${kind} is not rendered on the laptop. Remove it.`]
}

function duplicateFaults(objects: readonly unknown[]): string[] {
  const seen = new Set<string>()
  return objects
    .filter((object) => Object.keys(checks).some((kind) => isRendered(object, kind)))
    .flatMap((object) => {
      const identity = `${textAt(object, 'kind')} ${nameOf(object)}`
      const key = `${identity} ${textAt(metadataOf(object), 'namespace')}`
      if (seen.has(key)) return [`${identity}: is declared twice. Keep one.`]
      seen.add(key)
      return []
    })
}

/** `spec.http.0.retries.attempts`: a JSON pointer as people write it. */
const fieldPath = (pointer: string, field?: string): string =>
  [...pointer.split('/').slice(1), ...(field === undefined ? [] : [field])].join('.').replaceAll('~1', '/').replaceAll('~0', '~')

/** TypeBox by itself stops at eight. */
const mostFaults = 1000

function fieldFaults(check: Validator, object: unknown): string[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: mostFaults })
  try {
    return check.Errors(object).flatMap((fault) => {
      // Said once more, and better, by `additionalProperties`.
      if (fault.keyword === 'boolean') return []
      if (fault.keyword !== 'additionalProperties') return [`${fieldPath(fault.instancePath) || 'it'} ${fault.message}`]
      return fault.params.additionalProperties.map(
        (field) =>
          `${fieldPath(fault.instancePath, field)} is unknown or not supported on the laptop. Remove it, or teach mesh/envoy to render it.`,
      )
    })
  } finally {
    Settings.Set({ maxErrors })
  }
}

function textAt(object: unknown, field: string): string {
  const value = typeof object === 'object' && object !== null ? Object.entries(object).find(([name]) => name === field)?.[1] : undefined
  return value === undefined || value === null ? '' : String(value)
}

const metadataOf = (object: unknown): unknown =>
  typeof object === 'object' && object !== null && 'metadata' in object ? object.metadata : undefined

const nameOf = (object: unknown): string => textAt(metadataOf(object), 'name') || '(without a name)'
