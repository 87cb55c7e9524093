import { Construct } from 'constructs'
import { DestinationRule, type DestinationRuleSpecTrafficPolicy } from '../../cdk8s/imports/networking.istio.io.ts'
import { podLabels, type Replicas } from '../../cdk8s/workloads.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { type Breaker, whatCannotWork } from './breaker-rules.ts'

export interface CircuitBreakerProps extends Breaker {
  readonly destination: WorkloadName
  /** As the target runs it. */
  readonly replicas: Replicas
}

/**
 * The one way to write a DestinationRule. Two different things in one object, both counted in each caller's proxy:
 * `connectionPool`, how much one caller may have outstanding (the excess is refused at once, response flag `UO`), and
 * `outlierDetection`, for how long a host that failed k times in a row gets no traffic.
 * @throws Error at synth, with the reasons, when the breaker could not work
 */
export class CircuitBreaker extends Construct {
  constructor(scope: Construct, id: string, { destination, replicas, ...breaker }: CircuitBreakerProps) {
    super(scope, id)
    const reasons = whatCannotWork(breaker, { replicas, pods: [podLabels(destination)] })
    if (reasons.length > 0) throw new Error([`The circuit breaker of ${destination} cannot work:`, ...reasons].join('\n- '))
    new DestinationRule(this, 'rule', {
      metadata: { name: destination },
      spec: {
        host: `${destination}.${namespace}.svc.cluster.local`,
        trafficPolicy: trafficPolicy(breaker),
        ...(breaker.subsets && { subsets: breaker.subsets.map(({ name, labels }) => ({ name, labels: { ...labels } })) }),
      },
    })
  }
}

/** The generated type spells one field in its own way: it is written as Istio has it. */
function trafficPolicy({ connectionPool = {}, outlierDetection }: Breaker): DestinationRuleSpecTrafficPolicy {
  const { tcp = {}, http = {} } = connectionPool
  if (!outlierDetection) return { connectionPool: { tcp, http } }
  const { consecutive5xxErrors, ...outlier } = outlierDetection
  return { connectionPool: { tcp, http }, outlierDetection: { ...outlier, consecutive5XxErrors: consecutive5xxErrors } }
}
