import type { Construct } from 'constructs'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import type { Settings } from '../../cdk8s/settings/settings.ts'
import { callersOf, type Replicas, replicasOf } from '../../cdk8s/workloads.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { AllowCallers } from './allow-callers.ts'
import type { Breaker } from './breaker-rules.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { Route, type RouteRules } from './route.ts'

/** How one destination is called. */
export interface Policy {
  readonly breaker: Breaker
  readonly route: RouteRules
  /** HTTP methods that its callers use. Absent when nobody calls it. */
  readonly methods?: readonly string[]
}

/** A destination's policy, by how many replicas it has on a target. */
export type PolicyFor = (replicas: Replicas) => Policy

/** All traffic policy of one destination: breaker, route, and in a cluster who may call. */
export class DestinationPolicy extends ShopChart {
  constructor(scope: Construct, settings: Settings, destination: WorkloadName, policyFor: PolicyFor) {
    super(scope, `mesh-${destination}`, settings, namespace)
    const replicas = replicasOf(destination, settings)
    const { breaker, route, methods } = policyFor(replicas)
    new CircuitBreaker(this, 'breaker', { destination, replicas, ...breaker })
    new Route(this, 'route', { destination, ...route })
    // The laptop's sidecars carry no identities, so there is nothing to check.
    if (settings.cluster && methods)
      new AllowCallers(this, 'access', { destination, callers: callersOf(destination, settings.cluster), methods })
  }
}
