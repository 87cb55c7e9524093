import { Construct } from 'constructs'
import { EnvoyFilter } from '../cdk8s/imports/networking.istio.io.ts'
import { namespace } from '../services/shared/contracts/topology.ts'
import { inboundFaultPatch } from './envoy/fault-filter.ts'

/**
 * Puts Envoy's fault filter, at 0 %, before the router of every sidecar's inbound chain; experiments raise it through `runtime_modify`.
 * A VirtualService fault would answer in the caller's proxy, before a host is chosen, and trip no breaker.
 */
export class FaultFilter extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    new EnvoyFilter(this, 'fault', {
      // IST0133 says of every EnvoyFilter that Envoy's own interface may change; test/cluster notices when it does.
      metadata: { name: 'inbound-fault', namespace, annotations: { 'galley.istio.io/analyze-suppress': 'IST0133' } },
      spec: {
        // Stated, because a place relative to another filter depends on the order in which EnvoyFilters apply.
        priority: 10,
        configPatches: [inboundFaultPatch],
      },
    })
  }
}
