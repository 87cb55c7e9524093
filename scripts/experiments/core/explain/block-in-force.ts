import { isDeepStrictEqual } from 'node:util'
import type { TrafficPolicy } from '../destination-rule.ts'
import type { Reason } from '../result.ts'
import { titleOf } from './host.ts'
import { type Layer, layersOf } from './layered-rule.ts'
import type { RuleInForce } from './rule-in-force.ts'

/** `connectionPool` or `outlierDetection`: overridden as a whole, never field by field. */
export type BlockName = keyof TrafficPolicy

export interface BlockInForce<Name extends BlockName> {
  /** Undefined when nothing of the kind is in force. */
  readonly value: TrafficPolicy[Name] | undefined
  /** Where it is written, or would have to be: `DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection`. */
  readonly field: string
  /** Of blocks of the kind that say something else and are not in force: why. */
  readonly overridden: readonly Reason[]
}

/** Which calls a block is asked for: a subset is one that a route sends them to. */
export interface Calls {
  readonly port: number
  readonly subset?: string | undefined
}

/** The block that a caller's proxy has for its calls (istio/istio `pilot/pkg/networking/util/util.go` MergeSubsetTrafficPolicy). */
export function blockInForce<Name extends BlockName>(name: Name, { rules, passedOver }: RuleInForce, calls: Calls): BlockInForce<Name> {
  const all = rules.flatMap(layersOf)
  const first = all.find(({ subset }) => subset === undefined)?.rule
  const ofSubset = all.find(({ subset }) => subset !== undefined && subset === calls.subset)?.rule
  const merged = all.filter(({ rule, subset }) => rule === (subset === undefined ? first : ofSubset))
  const inForce = merged.filter((layer) => isFor(layer, calls)).reduce<Layer | undefined>(overriding(name), undefined)
  const value = inForce?.policy[name]
  const saysElse = ({ policy }: Layer) => policy[name] !== undefined && !isDeepStrictEqual(policy[name], value)
  const why = (layer: Layer): Reason => ({ ...whyNot(layer, { name, calls, merged, inForce }), field: `${layer.field}.${name}` })
  return {
    value,
    field: `${inForce?.field ?? (rules[0] === undefined ? 'DestinationRule: spec.trafficPolicy' : `${titleOf(rules[0])}: spec.trafficPolicy`)}.${name}`,
    overridden: [
      ...all.filter(saysElse).map(why),
      ...passedOver
        .filter(({ rule }) => layersOf(rule).some(saysElse))
        .map(({ field, because, wouldWork }) => ({ field, because, wouldWork })),
    ],
  }
}

const isFor = ({ port, subset }: Layer, calls: Calls): boolean =>
  (port === undefined || port === calls.port) && (subset === undefined || subset === calls.subset)

/** A port's policy takes nothing over that it does not say itself; a subset's replaces the blocks that it has. */
const overriding =
  (name: BlockName) =>
  (before: Layer | undefined, layer: Layer): Layer =>
    before === undefined || layer.port !== undefined || layer.policy[name] !== undefined ? layer : before

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
