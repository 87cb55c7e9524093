import { Construct } from 'constructs'
import { AuthorizationPolicy } from '../../cdk8s/imports/security.istio.io.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'

export interface AllowCallersProps {
  readonly destination: WorkloadName
  readonly callers: readonly WorkloadName[]
  /** HTTP methods that its callers use. */
  readonly methods: readonly string[]
}

/** Opens what mesh-wide closed: to its callers, by service account, and these methods only. */
export class AllowCallers extends Construct {
  constructor(scope: Construct, id: string, { destination, callers, methods }: AllowCallersProps) {
    super(scope, id)
    const principals = callers.map((name) => `cluster.local/ns/${namespace}/sa/${name}`)
    if (principals.length === 0)
      throw new Error(`Nobody calls ${destination} (contracts/topology.ts): it needs no access rule, everything is denied already.`)
    new AuthorizationPolicy(this, 'access', {
      metadata: { name: destination },
      spec: {
        selector: { matchLabels: { app: destination } },
        // ALLOW is Istio's default action; it is written out because the rule is read more often than the manual.
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals } }], to: [{ operation: { methods: [...methods] } }] }],
      },
    })
  }
}
