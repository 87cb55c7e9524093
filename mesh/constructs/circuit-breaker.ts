import { Construct } from 'constructs'
import { DestinationRule, type DestinationRuleSpecTrafficPolicy } from '../../cdk8s/imports/networking.istio.io.ts'
import { podLabels, type Replicas } from '../../cdk8s/settings.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { type Breaker, whatCannotWork } from './breaker-rules.ts'

export interface CircuitBreakerProps extends Breaker {
  readonly callee: WorkloadName
  /** As the target runs it. */
  readonly replicas: Replicas
}

/**
 * The one way to write a DestinationRule. Two different things in one object, both counted in each caller's proxy:
 * `pool`, how much one caller may have outstanding (the excess is refused at once, response flag `UO`), and
 * `ejection`, for how long a host that failed k times in a row gets no traffic.
 * @throws Error at synth, with the reasons, when the breaker could not work
 */
export class CircuitBreaker extends Construct {
  constructor(scope: Construct, id: string, { callee, replicas, ...breaker }: CircuitBreakerProps) {
    super(scope, id)
    const reasons = whatCannotWork(breaker, { replicas, pods: [podLabels(callee)] })
    if (reasons.length > 0) throw new Error([`The circuit breaker of ${callee} cannot work:`, ...reasons].join('\n- '))
    new DestinationRule(this, 'rule', {
      metadata: { name: callee },
      spec: {
        host: `${callee}.${namespace}.svc.cluster.local`,
        trafficPolicy: trafficPolicy(breaker),
        ...(breaker.subsets && { subsets: breaker.subsets.map(({ name, labels }) => ({ name, labels: { ...labels } })) }),
      },
    })
  }
}

function trafficPolicy({ pool, ejection }: Breaker): DestinationRuleSpecTrafficPolicy {
  const { maxConnections, connectTimeout, ...http } = pool ?? {}
  const tcp = { ...(maxConnections !== undefined && { maxConnections }), ...(connectTimeout !== undefined && { connectTimeout }) }
  if (!ejection) return { connectionPool: { tcp, http } }
  const { consecutive5xxErrors, ...outlier } = ejection
  return { connectionPool: { tcp, http }, outlierDetection: { ...outlier, consecutive5XxErrors: consecutive5xxErrors } }
}
