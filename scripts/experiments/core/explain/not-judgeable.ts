import type { Reason } from '../result.ts'
import { blockInForce } from './block-in-force.ts'
import { httpVersion } from './http-version.ts'
import { http1Limits, noRequests } from './pool-reasons.ts'
import { routeInForce } from './route-in-force.ts'
import { ruleInForce } from './rule-in-force.ts'
import type { Situation } from './situation.ts'

/** A pod as Kubernetes holds it; what tells whether a proxy stands beside its app. */
export interface Pod {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[]
    readonly initContainers?: readonly { readonly name: string }[]
  }
}

/** What is known before a run; nothing has failed yet. */
export interface Plan extends Omit<Situation, 'checks' | 'seen'> {
  readonly callerPods: readonly Pod[]
  readonly destinationPods: readonly Pod[]
}

/** Pure. Why an experiment would prove nothing here and is not begun; empty when it can be judged. */
export function whyNotJudgeable(plan: Plan): readonly Reason[] {
  const { caller, destination, callerPods, destinationPods } = plan
  const missing = [
    ...withoutSidecar(callerPods, 'caller', caller.namespace, 'breakers are in the proxy of who calls'),
    ...withoutSidecar(destinationPods, destination.service, destination.namespace, 'faults are injected at the proxy of who is called'),
  ]
  return missing.length > 0 ? missing : [...tooFewHosts(plan), ...otherProtocol(plan)]
}

function withoutSidecar(pods: readonly Pod[], workload: string, namespace: string, because: string): Reason[] {
  const [first] = pods
  if (first === undefined)
    return [
      { field: `${workload} in ${namespace}`, because: `no pod of ${workload} runs in ${namespace}.`, wouldWork: 'a pod that is ready' },
    ]
  const bare = pods.find((pod) => !hasSidecar(pod))
  if (bare === undefined) return []
  const field = `Pod ${bare.metadata?.namespace ?? namespace}/${bare.metadata?.name ?? workload}`
  return bare.metadata?.annotations?.['ambient.istio.io/redirection'] === 'enabled'
    ? [
        {
          field,
          because: `it is in ambient mode: its ztunnel passes connections on and knows no requests, and ${because}.`,
          wouldWork: `a sidecar: label the namespace istio-injection=enabled instead of istio.io/dataplane-mode=ambient, and restart the pods`,
        },
      ]
    : [
        {
          field,
          because: `it has no sidecar (no container istio-proxy), and ${because}.`,
          wouldWork: 'label the namespace istio-injection=enabled and restart the pods',
        },
      ]
}

/** From Kubernetes 1.29 on Istio may write it as an init container that goes on. */
const hasSidecar = ({ spec: { containers = [], initContainers = [] } = {} }: Pod): boolean =>
  [...containers, ...initContainers].some(({ name }) => name === 'istio-proxy')

function tooFewHosts({ judged, hosts, destination: { service, namespace } }: Plan): Reason[] {
  if (hosts === 0)
    return [{ field: `Service ${namespace}/${service}`, because: 'the caller has no host for it.', wouldWork: 'a pod that is ready' }]
  if (hosts > 1 || (judged !== 'ejection' && judged !== 'retry')) return []
  return [
    {
      field: `Service ${namespace}/${service}`,
      because: `it has one host: ${judged === 'ejection' ? 'when that is ejected nobody is left to serve, and no request shows that others took over' : 'a retry meets the same fault'}.`,
      wouldWork: '2 replicas or more',
    },
  ]
}

function otherProtocol(plan: Plan): Reason[] {
  const situation = { ...plan, checks: [] }
  const calls = { port: plan.destination.port, subset: routeInForce(situation).subset }
  const { value = {}, field } = blockInForce('connectionPool', ruleInForce(situation), calls)
  const version = httpVersion(plan.port, value, plan.meshUpgradesToHttp2)
  if (version === 'none') return [noRequests(situation, field)]
  return plan.judged === 'pool' && version === 'HTTP/2' ? http1Limits(situation, value, (name) => `${field}.${name}`) : []
}
