/**
 * The part of Kubernetes' and Istio's resources that is rendered, with the rules by which Istio's validation refuses a value
 * (istio/istio `pkg/config/validation`, release 1.31, and its CRDs) and the few more that keep Envoy from refusing what was rendered.
 * Istio's are closed: a field that is not declared here would otherwise be dropped in silence, and the laptop would behave unlike
 * the cluster. Kubernetes' are open: most of a Deployment is no matter of ours.
 */
import { type TProperties, Type } from 'typebox'
import { durationFault, parseDuration } from '../duration.ts'
import { domainFault, labelsFault } from '../names.ts'
import { ruled } from '../rule.ts'

export const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })
export const notEmpty = (object: object): string | undefined =>
  Object.keys(object).length > 0 ? undefined : 'must have at least one field'

export const Labels = ruled(Type.Record(Type.String(), Type.String()), labelsFault)
export const Domain = ruled(Type.String(), domainFault)
export const Duration = ruled(Type.String(), durationFault)
/** 0 switches it off. */
export const IdleTimeout = ruled(Type.String(), (text) => (parseDuration(text) === 0n ? undefined : durationFault(text)))
/** Of protobuf's int32, which Istio does not let be negative. */
export const Count = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })
export const Count32 = Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })
export const Percent = Type.Integer({ minimum: 0, maximum: 100 })
export const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
export const Metadata = Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })

/** The first name that stands in a list for the second time. */
export const duplicate = (names: readonly string[]): string | undefined => names.find((name, index) => names.indexOf(name) < index)
