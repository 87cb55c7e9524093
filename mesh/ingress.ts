import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { Gateway, VirtualService } from '../cdk8s/imports/networking.istio.io.ts'
import { AuthorizationPolicy } from '../cdk8s/imports/security.istio.io.ts'
import type { Settings } from '../cdk8s/settings/settings.ts'
import { istioNamespace } from '../services/shared/contracts/deployment.ts'
import { namespace } from '../services/shared/contracts/topology.ts'
import { EdgeFilters } from './edge-filters.ts'
import { localReply, problemMediaType } from './envoy/edge.ts'

/**
 * What customers may ask for, with all below it. Everything else that the gateway serves (metrics, health, `/v1/operations`) stays inside,
 * because whoever reaches the ingress has not said who they are.
 */
const paths = [
  ...['/v1', '/v2'].flatMap((version) => ['products', 'orders', 'customers', 'keys', 'openapi.json'].map((part) => `${version}/${part}`)),
  '/openapi.json',
  '/docs',
  '/developers',
]

/** Of stages that are chosen by the first part of the path. A stage with another prefix is reached by a header or a host, or has a line here. */
const stagePrefixes = ['/canary']

const customerPaths = [...paths, ...stagePrefixes.flatMap((prefix) => paths.map((path) => `${prefix}${path}`))]

/** For the whole answer, as Istio writes durations: longer than the longest wait, so that a service's own answer comes first. */
export const ingressTimeout = '10s'

/** What the gateway itself says of a path that it does not have; not even whether it has it is told. */
const nothingThere = localReply('ROUTE_NOT_FOUND')

/** The way in: Istio's ingress gateway, which may ask our gateway for customers' paths and nothing else. */
export class Ingress extends ShopChart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'mesh-ingress', settings, namespace)
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
            match: [
              { uri: { exact: '/' } },
              ...customerPaths.flatMap((path) => [{ uri: { exact: path } }, { uri: { prefix: `${path}/` } }]),
            ],
            route: [{ destination: { host: `gateway.${namespace}.svc.cluster.local` } }],
            timeout: ingressTimeout,
            retries: { attempts: 0 },
          },
          {
            name: 'nothing-else',
            directResponse: { status: nothingThere.status, body: { string: JSON.stringify(nothingThere.body) } },
            headers: { response: { set: { 'content-type': problemMediaType } } },
          },
        ],
      },
    })
    new EdgeFilters(this, 'edge')
    new AuthorizationPolicy(this, 'access', {
      metadata: { name: 'gateway' },
      spec: {
        selector: { matchLabels: { app: 'gateway' } },
        action: 'ALLOW',
        // The paths once more: a second VirtualService on this host would add routes to the first.
        rules: [
          {
            from: [{ source: { principals: [`cluster.local/ns/${istioNamespace}/sa/istio-ingressgateway-service-account`] } }],
            to: [{ operation: { paths: ['/', ...customerPaths.flatMap((path) => [path, `${path}/*`])] } }],
          },
        ],
      },
    })
  }
}
