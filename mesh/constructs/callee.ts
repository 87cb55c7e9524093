import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { callersOf, replicasOf, type Settings } from '../../cdk8s/settings.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { Access } from './access.ts'
import type { Breaker } from './breaker-rules.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { Route, type RouteProps } from './route.ts'

export interface CalleeProps {
  readonly callee: WorkloadName
  readonly breaker: Breaker
  readonly route: Omit<RouteProps, 'callee'>
  /** Absent when only other means than HTTP calls reach it. */
  readonly methods?: readonly string[]
}

/** All traffic policy of one callee: breaker, route, and in a cluster who may call. */
export class CalleePolicy extends Chart {
  constructor(scope: Construct, settings: Settings, { callee, breaker, route, methods }: CalleeProps) {
    super(scope, `mesh-${callee}`, { namespace })
    new CircuitBreaker(this, 'breaker', { callee, replicas: replicasOf(callee, settings), ...breaker })
    new Route(this, 'route', { callee, ...route })
    // The laptop's sidecars carry no identities, so there is nothing to check.
    if (settings.cluster && methods) new Access(this, 'access', { callee, callers: callersOf(callee, settings.cluster), methods })
  }
}
