import { hostName } from '../destination.ts'
import type { PolicyObject } from '../policy-object.ts'
import { byAge, covers, isVisible, namespaceOf } from './host.ts'
import { hostOf, specOf } from './layered-rule.ts'
import * as passed from './passed-over.ts'
import type { Situation } from './situation.ts'

/** DestinationRules → what istiod gives one caller for one service. */
export interface RuleInForce {
  /** In the order in which they were merged: what an earlier one says stands. Empty when there is none. */
  readonly rules: readonly PolicyObject[]
  /** Rules for the service that this caller does not get. */
  readonly passedOver: readonly passed.PassedOver[]
}

/**
 * Which DestinationRules a caller's proxy gets (istio/istio `pilot/pkg/model/push_context.go` destinationRule, `destination_rule.go` mergeDestinationRule,
 * `sidecar.go` DestinationRule): one namespace is asked after another; of the first that has any, the most specific host counts; rules for the same host
 * are merged without overwriting.
 */
export function ruleInForce({ destination, caller, policies, rootNamespace = 'istio-system' }: Situation): RuleInForce {
  const service = hostName(destination)
  // Rules of the root namespace are for everybody, so its own workloads ask it last as well.
  const first = caller.namespace === rootNamespace ? [] : [caller.namespace]
  const searched = [...new Set([...first, destination.namespace, rootNamespace])]
  const all = policies.filter(({ kind }) => kind === 'DestinationRule').sort(byAge)

  const [forService, forOthers] = parted(all, (rule) => covers(hostOf(rule), service))
  const [visible, hidden] = parted(forService, (rule) => isSeen(rule, caller.namespace, searched))
  const namespace = searched.find((one) => visible.some((rule) => namespaceOf(rule) === one))
  const [inNamespace, inLater] = parted(visible, (rule) => namespaceOf(rule) === namespace)
  const mostSpecific = Math.max(...inNamespace.map(specificity))
  const [specific, general] = parted(inNamespace, (rule) => specificity(rule) === mostSpecific)
  const [selecting, forAll] = parted(specific, (rule) => specOf(rule).workloadSelector !== undefined)
  const [mine, ofOthers] = parted(selecting, (rule) => selects(rule, caller.labels))
  // Rules that are exported to different namespaces are not merged: the last of them is taken.
  const last = forAll.at(-1)
  const [merged, separate] = parted(forAll, (rule) => exportKey(rule) === (last && exportKey(last)))
  const rules = [...mine, ...merged]
  return {
    rules,
    passedOver: [
      // Somebody who wrote the service's name meant the service.
      ...forOthers.filter((rule) => specOf(rule).host.split('.')[0] === destination.service).map((rule) => passed.otherHost(rule, service)),
      ...hidden.map((rule) => passed.notSeen(rule, caller.namespace, searched)),
      ...inLater.map((rule) => passed.laterNamespace(rule, inNamespace, searched)),
      ...general.map((rule) => passed.lessSpecific(rule, specific)),
      ...ofOthers.map((rule) => passed.otherWorkload(rule, caller.labels)),
      ...separate.map((rule) => passed.exportedOtherwise(rule, merged)),
    ],
  }
}

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
]

function isSeen(rule: PolicyObject, caller: string, searched: readonly string[]): boolean {
  const owner = namespaceOf(rule)
  const { exportTo = [], workloadSelector } = specOf(rule)
  // A rule for certain workloads never leaves its namespace.
  return searched.includes(owner) && (workloadSelector === undefined ? isVisible(exportTo, owner, caller) : owner === caller)
}

/** A name beats a wildcard, a longer wildcard a shorter one. */
function specificity(rule: PolicyObject): number {
  const host = hostOf(rule)
  return host.startsWith('*') ? host.length : Number.MAX_SAFE_INTEGER
}

const selects = (rule: PolicyObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(specOf(rule).workloadSelector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)

const exportKey = (rule: PolicyObject): string => [...(specOf(rule).exportTo ?? [])].sort().join()
