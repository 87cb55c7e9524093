import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { Gateway, VirtualService } from '../cdk8s/imports/networking.istio.io.ts'
import { AuthorizationPolicy } from '../cdk8s/imports/security.istio.io.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The way in: Istio's ingress gateway, which may call our gateway and nothing else. */
export class Ingress extends Chart {
  constructor(scope: Construct) {
    super(scope, 'mesh-ingress', { namespace })
    new Gateway(this, 'gateway', {
      metadata: { name: 'ingress' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      },
    })
    new VirtualService(this, 'route', {
      metadata: { name: 'ingress' },
      spec: {
        hosts: ['*'],
        gateways: ['ingress'],
        http: [
          {
            name: 'shop',
            route: [{ destination: { host: `gateway.${namespace}.svc.cluster.local` } }],
            timeout: '10s',
            retries: { attempts: 0 },
          },
        ],
      },
    })
    new AuthorizationPolicy(this, 'access', {
      metadata: { name: 'gateway' },
      spec: {
        selector: { matchLabels: { app: 'gateway' } },
        action: 'ALLOW',
        rules: [{ from: [{ source: { principals: ['cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account'] } }] }],
      },
    })
  }
}
