import { isDeepStrictEqual } from 'node:util'
import type { PolicyObject } from '../policy-object.ts'
import type { Reason } from '../result.ts'
import type { BlockName, TrafficPolicy } from '../traffic-policy.ts'
import { titleOf } from './host.ts'
import { type Calls, type Layer, layerInForce, layersOf } from './layered-rule.ts'
import type { RuleInForce } from './rule-in-force.ts'

export interface BlockInForce<Name extends BlockName> {
  /** Undefined when nothing of the kind is in force. */
  readonly value: TrafficPolicy[Name] | undefined
  /** The rule that says so; undefined when none has a policy for these calls. */
  readonly rule: PolicyObject | undefined
  /** Where it is written, or would have to be: `DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection`. */
  readonly field: string
  /** Of blocks of the kind that say something else and are not in force: why. */
  readonly overridden: readonly Reason[]
}

/** The block that a caller's proxy has for its calls of all rules that it gets. */
export function blockInForce<Name extends BlockName>(name: Name, { rules, passedOver }: RuleInForce, calls: Calls): BlockInForce<Name> {
  const all = rules.flatMap(layersOf)
  const first = all.find(({ subset }) => subset === undefined)?.rule
  const ofSubset = all.find(({ subset }) => subset !== undefined && subset === calls.subset)?.rule
  const merged = all.filter(({ rule, subset }) => rule === (subset === undefined ? first : ofSubset))
  const inForce = layerInForce(name, merged, calls)
  const value = inForce?.policy[name]
  const saysElse = ({ policy }: Layer) => policy[name] !== undefined && !isDeepStrictEqual(policy[name], value)
  const why = (layer: Layer): Reason => ({ ...whyNot(layer, { name, calls, merged, inForce }), field: `${layer.field}.${name}` })
  return {
    value,
    rule: inForce?.rule,
    field: `${inForce?.field ?? (rules[0] === undefined ? 'DestinationRule: spec.trafficPolicy' : `${titleOf(rules[0])}: spec.trafficPolicy`)}.${name}`,
    overridden: [
      ...all.filter(saysElse).map(why),
      ...passedOver
        .filter(({ rule }) => layersOf(rule).some(saysElse))
        .map(({ field, because, wouldWork }) => ({ field, because, wouldWork })),
    ],
  }
}

interface Judgement {
  readonly name: BlockName
  readonly calls: Calls
  readonly merged: readonly Layer[]
  readonly inForce: Layer | undefined
}

/** Why a layer of a rule in force does not decide. */
function whyNot(layer: Layer, { name, calls, merged, inForce }: Judgement): Omit<Reason, 'field'> {
  if (layer.port !== undefined && layer.port !== calls.port)
    return { because: `it is for port ${layer.port}, and the calls go to port ${calls.port}.`, wouldWork: `${name} for port ${calls.port}` }
  if (layer.subset !== undefined && layer.subset !== calls.subset) {
    const goTo = calls.subset === undefined ? 'no VirtualService sends the calls to a subset' : `the calls go to subset ${calls.subset}`
    return {
      because: `it is for calls that a VirtualService sends to subset ${layer.subset}, and ${goTo}.`,
      wouldWork: `${name} in spec.trafficPolicy, which is for all calls`,
    }
  }
  if (inForce === undefined || !merged.includes(layer))
    return {
      because: `${merged[0] ? titleOf(merged[0].rule) : 'another rule'} is for the same host and comes first: of several rules one trafficPolicy is taken, whole.`,
      wouldWork: 'one DestinationRule for the host, with all that both say',
    }
  return {
    because: `${inForce.field} overrides it${inForce.port === undefined ? ` (the whole ${name}, not field by field)` : ', and takes nothing over that it does not say itself'}.`,
    wouldWork: `the fields in ${inForce.field}.${name}`,
  }
}
