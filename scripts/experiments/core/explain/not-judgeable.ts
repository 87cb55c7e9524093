import type { Reason } from '../result.ts'
import { type BlockInForce, blockInForce } from './block-in-force.ts'
import { ejectionReasons } from './ejection-reasons.ts'
import { httpVersion } from './http-version.ts'
import { http1Limits, missingLimits, noRequests, poolReasons, whyHttp2 } from './pool-reasons.ts'
import { routeInForce } from './route-in-force.ts'
import { noTimeout, nothingRetried, triesEnd } from './route-reasons.ts'
import { ruleInForce } from './rule-in-force.ts'
import type { Situation } from './situation.ts'

/** A pod as Kubernetes holds it; what tells whether a proxy stands beside its app. */
export interface Pod {
  readonly metadata?: {
    readonly name?: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[]
    readonly initContainers?: readonly { readonly name: string }[]
  }
}

/** What is known before a run; nothing has failed yet. */
export interface Plan extends Omit<Situation, 'checks' | 'seen'> {
  readonly callerPods: readonly Pod[]
  readonly destinationPods: readonly Pod[]
  /** Namespaces whose pods are in ambient mode unless they say otherwise. Default none. */
  readonly ambientNamespaces?: readonly string[]
}

/** On a namespace or a pod: `ambient`, or `none` for a pod that stays out. */
export const dataplaneMode = 'istio.io/dataplane-mode'

/** Pure. Why an experiment would prove nothing here and is not begun; empty when it can be judged. */
export function whyNotJudgeable(plan: Plan): readonly Reason[] {
  const { caller, destination, callerPods, destinationPods, ambientNamespaces = [] } = plan
  const isAmbient = (namespace: string) => ambientNamespaces.includes(namespace)
  const missing = [
    ...withoutSidecar(callerPods, {
      workload: 'caller',
      namespace: caller.namespace,
      isAmbient: isAmbient(caller.namespace),
      because: 'breakers are in the proxy of who calls',
    }),
    ...withoutSidecar(destinationPods, {
      workload: destination.service,
      namespace: destination.namespace,
      isAmbient: isAmbient(destination.namespace),
      because: 'faults are injected at the proxy of who is called',
    }),
  ]
  return missing.length > 0 ? missing : [...tooFewHosts(plan), ...otherProtocol(plan), ...nothingToJudge(plan)]
}

interface Side {
  readonly workload: string
  readonly namespace: string
  readonly isAmbient: boolean
  readonly because: string
}

function withoutSidecar(pods: readonly Pod[], { workload, namespace, isAmbient, because }: Side): Reason[] {
  const [first] = pods
  if (first === undefined)
    return [
      { field: `${workload} in ${namespace}`, because: `no pod of ${workload} runs in ${namespace}.`, wouldWork: 'a pod that is ready' },
    ]
  const bare = pods.find((pod) => !hasSidecar(pod))
  if (bare === undefined) return []
  const field = `Pod ${bare.metadata?.namespace ?? namespace}/${bare.metadata?.name ?? workload}`
  return isRedirected(bare, isAmbient)
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

/**
 * Istio's CNI annotates a pod once it has led its connections to ztunnel (`pending` until ztunnel knows it); before, labels say that it will
 * (istio/istio `cni/pkg/util/podutil.go`).
 */
function isRedirected({ metadata: { annotations = {}, labels = {} } = {} }: Pod, isAmbient: boolean): boolean {
  if (['enabled', 'pending'].includes(annotations['ambient.istio.io/redirection'] ?? '')) return true
  return (labels[dataplaneMode] ?? (isAmbient ? 'ambient' : 'none')) === 'ambient'
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
  const { situation, pool } = inForce(plan)
  const { value = {}, field } = pool
  const version = httpVersion(plan.port, value, plan.meshUpgradesToHttp2)
  if (version === 'none') return [noRequests(situation, field)]
  if (!fillsPool(plan) || version === 'HTTP/1.1') return []
  const limits = http1Limits(situation, value, (name) => `${field}.${name}`)
  if (limits.length > 0) return limits
  return [
    {
      field,
      because: `${whyHttp2(situation, value)}, and one HTTP/2 connection to a host carries all its requests: what is filled here are connections that carry one each.`,
      wouldWork: 'HTTP/1.1: a port that is named http, and no h2UpgradePolicy: UPGRADE',
    },
  ]
}

/** Whether it is proven by requests that take all places of a pool. */
const fillsPool = ({ judged }: Plan): boolean => judged === 'pool' || judged === 'hung'

/** Without what is claimed there is nothing to inject a fault for. (What is claimed and cannot work is a verdict.) */
function nothingToJudge(plan: Plan): readonly Reason[] {
  const { route, situation, pool, detection } = inForce(plan)
  switch (plan.judged) {
    case 'ejection':
      return detection.value === undefined ? [...ejectionReasons(situation, detection, route), ...detection.overridden] : []
    case 'pool':
      return noLimits(situation, pool)
    case 'retry':
      return nothingRetried(route)
    case 'timeout':
      // Tries that run out of time end a call as well.
      return triesEnd(route) ? [] : noTimeout(route)
    case 'hung':
      return [...noLimits(situation, pool), ...noTimeout(route)]
  }
}

/** Why no number of requests fills the pool; empty when both limits are set. */
function noLimits(situation: Situation, pool: BlockInForce<'connectionPool'>): readonly Reason[] {
  const missing = missingLimits(pool)
  if (missing.length === 0) return []
  const why = [...poolReasons(situation, pool), ...pool.overridden]
  return why.length > 0 ? why : missing
}

function inForce(plan: Plan) {
  const situation = { ...plan, checks: [] }
  const route = routeInForce(situation)
  const rule = ruleInForce(situation)
  const calls = { port: plan.destination.port, subset: route.subset }
  const [pool, detection] = [blockInForce('connectionPool', rule, calls), blockInForce('outlierDetection', rule, calls)]
  return { situation, route, pool, detection }
}
