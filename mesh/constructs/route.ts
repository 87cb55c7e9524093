import { Construct } from 'constructs'
import { VirtualService } from '../../cdk8s/imports/networking.istio.io.ts'
import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'

export interface RouteRules {
  /** Of the whole call with its retries: a duration such as `2s`. */
  readonly timeout: string
  /** Of `GET` only, because only these may be repeated unasked. Without it nothing is retried. */
  readonly retries?: Retries
  /** Of a `GET` that asks to be kept waiting (`Prefer: wait=n`): a duration. Without it such a read is like any other. */
  readonly longPollTimeout?: string
}

export interface RouteProps extends RouteRules {
  readonly destination: WorkloadName
}

export interface Retries {
  /** Besides the first try. */
  readonly attempts: number
  readonly perTryTimeout: string
  /** Envoy's conditions, comma separated. */
  readonly retryOn: string
}

const asksToWait = { method: { exact: 'GET' }, headers: { prefer: { regex: '.*[Ww]ait=.*' } } }

/** How calls reach a destination. The only place of HTTP retries: no client of ours repeats a request by itself. */
export class Route extends Construct {
  constructor(scope: Construct, id: string, { destination, timeout, retries, longPollTimeout }: RouteProps) {
    super(scope, id)
    const host = `${destination}.${namespace}.svc.cluster.local`
    const route = [{ destination: { host } }]
    // Written out, because leaving retries out means Istio's default: two.
    const never = { attempts: 0 }
    new VirtualService(this, 'route', {
      metadata: { name: destination },
      spec: {
        hosts: [host],
        http: [
          // Not retried: the second try would begin to wait anew.
          ...(longPollTimeout ? [{ name: 'patient-reads', match: [asksToWait], route, timeout: longPollTimeout, retries: never }] : []),
          ...(retries ? [{ name: 'reads', match: [{ method: { exact: 'GET' } }], route, timeout, retries: { ...retries } }] : []),
          { name: retries ? 'writes' : 'all', route, timeout, retries: never },
        ],
      },
    })
  }
}
