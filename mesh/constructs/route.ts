import { Construct } from 'constructs'
import { VirtualService } from '../../cdk8s/imports/networking.istio.io.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'

export interface RouteProps {
  readonly callee: WorkloadName
  /** Of the whole call with its retries: a duration such as `2s`. */
  readonly timeout: string
  /** Of `GET` only, because only these may be repeated unasked. Without it nothing is retried. */
  readonly retries?: Retries
}

export interface Retries {
  /** Besides the first try. */
  readonly attempts: number
  readonly perTryTimeout: string
  /** Envoy's conditions, comma separated. */
  readonly retryOn: string
}

/** How calls reach a callee. The only place of HTTP retries: no client of ours repeats a request by itself. */
export class Route extends Construct {
  constructor(scope: Construct, id: string, { callee, timeout, retries }: RouteProps) {
    super(scope, id)
    const host = `${callee}.${namespace}.svc.cluster.local`
    const route = [{ destination: { host } }]
    // Written out, because leaving retries out means Istio's default: two.
    const never = { attempts: 0 }
    new VirtualService(this, 'route', {
      metadata: { name: callee },
      spec: {
        hosts: [host],
        http: [
          ...(retries ? [{ name: 'reads', match: [{ method: { exact: 'GET' } }], route, timeout, retries: { ...retries } }] : []),
          { name: retries ? 'writes' : 'all', route, timeout, retries: never },
        ],
      },
    })
  }
}
