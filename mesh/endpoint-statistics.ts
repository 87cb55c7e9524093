import { Construct } from 'constructs'
import { EnvoyFilter } from '../cdk8s/imports/networking.istio.io.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/**
 * Every proxy tells its statistics for each host of a destination, not for all of them together: whether it has ejected the host, and what it sent there. They can
 * be read where all statistics are, by who may change nothing.
 */
export class EndpointStatistics extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    new EnvoyFilter(this, 'statistics', {
      // As of fault-filter.ts.
      metadata: { name: 'endpoint-statistics', namespace, annotations: { 'galley.istio.io/analyze-suppress': 'IST0133' } },
      spec: {
        priority: 10,
        configPatches: [
          {
            applyTo: 'CLUSTER',
            match: { context: 'SIDECAR_OUTBOUND' },
            patch: { operation: 'MERGE', value: { track_cluster_stats: { per_endpoint_stats: true } } },
          },
        ],
      },
    })
  }
}
