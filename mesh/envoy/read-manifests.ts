import type { Static, TProperties, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Deployment, DestinationRule, Service, VirtualService } from './resources.ts'

export interface Manifests {
  readonly deployments: readonly Deployment[]
  readonly services: readonly Service[]
  readonly destinationRules: readonly DestinationRule[]
  readonly virtualServices: readonly VirtualService[]
}

/** A manifest says something that cannot be rendered; the message names kind, name and field. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}

/** Compiled once: a policy edit is rendered for every sidecar. */
const checks = {
  deployment: Compile(Deployment),
  service: Compile(Service),
  destinationRule: Compile(DestinationRule),
  virtualService: Compile(VirtualService),
}

/**
 * Sorts objects by kind and checks those that decide something.
 * @throws ManifestError for an unknown, unsupported or malformed field
 */
export function readManifests(objects: readonly unknown[]): Manifests {
  return {
    deployments: ofKind('Deployment', checks.deployment, objects),
    services: ofKind('Service', checks.service, objects),
    destinationRules: ofKind('DestinationRule', checks.destinationRule, objects),
    virtualServices: ofKind('VirtualService', checks.virtualService, objects),
  }
}

/** `spec.http.0.retries.attempts`: a JSON pointer as people write it. */
const fieldPath = (pointer: string, field?: string): string => [...pointer.split('/').slice(1), ...(field ? [field] : [])].join('.')

function ofKind<Schema extends TSchema>(
  kind: string,
  check: Validator<TProperties, Schema>,
  objects: readonly unknown[],
): Static<Schema>[] {
  return objects
    .filter((object) => kindOf(object) === kind)
    .map((object) => {
      if (check.Check(object)) return object
      throw new ManifestError(`${kind} ${nameOf(object)}: ${firstFault(check.Errors(object))}`)
    })
}

type Fault = ReturnType<Validator['Errors']>[number]

/** Unknown fields first: they are what all others follow from. */
function firstFault(faults: readonly Fault[]): string {
  for (const fault of faults) {
    if (fault.keyword === 'additionalProperties') {
      return `${fieldPath(fault.instancePath, fault.params.additionalProperties[0])} is unknown or not supported on the laptop. Remove it, or teach mesh/envoy to render it.`
    }
  }
  const fault = faults[0]
  return fault ? `${fieldPath(fault.instancePath)} ${fault.message}` : 'is malformed'
}

const kindOf = (object: unknown): unknown => (typeof object === 'object' && object !== null && 'kind' in object ? object.kind : undefined)

function nameOf(object: unknown): string {
  const metadata = typeof object === 'object' && object !== null && 'metadata' in object ? object.metadata : undefined
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata ? String(metadata.name) : '(without a name)'
}
