import type { PolicyObject } from '../policy-object.ts'
import type { Reason } from '../result.ts'
import { isVisible, namespaceOf, titleOf } from './host.ts'
import { hostOf, specOf } from './layered-rule.ts'

/** A rule that a caller's proxy does not get, and why. */
export interface PassedOver extends Reason {
  readonly rule: PolicyObject
}

const passedOver = (rule: PolicyObject, field: string, because: string, wouldWork: string): PassedOver => ({
  rule,
  field: `${titleOf(rule)}: ${field}`,
  because,
  wouldWork,
})

export const otherHost = (rule: PolicyObject, service: string): PassedOver =>
  passedOver(
    rule,
    'spec.host',
    `host ${specOf(rule).host} means ${hostOf(rule)}, which is not ${service}: a name without a dot belongs to the rule's own namespace, one with a dot is taken as it is.`,
    `host: ${service}`,
  )

/** @param searched namespaces in which Istio looks for this caller */
export function notSeen(rule: PolicyObject, caller: string, searched: readonly string[]): PassedOver {
  const owner = namespaceOf(rule)
  const { exportTo = [], workloadSelector } = specOf(rule)
  if (searched.includes(owner) && workloadSelector === undefined && !isVisible(exportTo, owner, caller))
    return passedOver(
      rule,
      'spec.exportTo',
      `it is exported to ${exportTo.join(', ')} (. is its own namespace ${owner}), and the caller is in ${caller}.`,
      `exportTo: ["*"], or ${caller} in the list`,
    )
  if (searched.includes(owner))
    return passedOver(
      rule,
      'spec.workloadSelector',
      `a rule with a workloadSelector is for callers of its own namespace ${owner}, and the caller is in ${caller}.`,
      'no workloadSelector, or the rule in the namespace of the caller',
    )
  return passedOver(
    rule,
    'metadata.namespace',
    `it is in ${owner}, and for this caller Istio looks in ${searched.join(', ')} only: the caller's namespace, the service's, the root namespace.`,
    `the rule in ${searched[0]}`,
  )
}

export const laterNamespace = (rule: PolicyObject, instead: readonly PolicyObject[], searched: readonly string[]): PassedOver =>
  passedOver(
    rule,
    'metadata.namespace',
    `${titles(instead)} is found first: Istio looks in ${searched.join(', then ')}, and merges no rules of several namespaces.`,
    `its policy in ${titles(instead)}`,
  )

export const lessSpecific = (rule: PolicyObject, instead: readonly PolicyObject[]): PassedOver =>
  passedOver(
    rule,
    'spec.host',
    `host ${specOf(rule).host} is a wildcard, and ${titles(instead)} is closer to the service: only the closest host counts.`,
    `its policy in ${titles(instead)}`,
  )

export const otherWorkload = (rule: PolicyObject, labels: Readonly<Record<string, string>>): PassedOver =>
  passedOver(
    rule,
    'spec.workloadSelector',
    `it selects callers with ${inWords(specOf(rule).workloadSelector?.matchLabels)}, and the caller has ${inWords(labels)}.`,
    "labels that the caller's pods have, or no workloadSelector",
  )

export const exportedOtherwise = (rule: PolicyObject, instead: readonly PolicyObject[]): PassedOver =>
  passedOver(
    rule,
    'spec.exportTo',
    `${titles(instead)} is for the same host and exported differently: such rules are not merged, and the later one is taken.`,
    `one rule, or the same exportTo in both`,
  )

const titles = (rules: readonly PolicyObject[]): string => rules.map(titleOf).join(' and ')

const inWords = (labels: Readonly<Record<string, string>> = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'no labels'
