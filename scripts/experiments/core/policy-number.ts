import type { PolicyObject, PolicyReference } from './policy-object.ts'
import type { PolicyNumber } from './result.ts'

/** A number of an experiment, with the field that gives it. @param field e.g. `spec.trafficPolicy.outlierDetection.interval` */
export function policyNumber(
  { kind, namespace, name }: PolicyReference,
  inForce: PolicyObject | undefined,
  { number, value, field }: Pick<PolicyNumber, 'number' | 'value' | 'field'>,
): PolicyNumber {
  const written = field.split('.').reduce<unknown>((part, key) => (Object(part) as Record<string, unknown>)[key], inForce)
  return { number, value, object: `${kind} ${namespace}/${name}`, field, ...(written !== undefined && { written }) }
}
