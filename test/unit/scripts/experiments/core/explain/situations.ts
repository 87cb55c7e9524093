import type { Situation } from '../../../../../../scripts/experiments/core/explain/situation.ts'
import type { PolicyObject } from '../../../../../../scripts/experiments/core/policy-object.ts'

type Metadata = Readonly<Record<string, unknown>>

export const failed = { name: 'what was claimed', expected: 1, actual: 0, passed: false }

/** A DestinationRule for `reviews` in `shop` unless said otherwise. */
export const destinationRule = (spec: object, metadata: Metadata = {}): PolicyObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'reviews', namespace: 'shop', ...metadata },
  spec: { host: 'reviews', ...spec },
})

export const virtualService = (http: readonly object[], spec: object = {}, metadata: Metadata = {}): PolicyObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews', namespace: 'shop', ...metadata },
  spec: { hosts: ['reviews'], http, ...spec },
})

/** Three hosts, one of which was broken, and one caller in the namespace of the service. */
export const situation = (part: Partial<Situation>): Situation => ({
  judged: 'ejection',
  destination: { namespace: 'shop', service: 'reviews', port: 9080 },
  port: { name: 'http' },
  caller: { namespace: 'shop', labels: { app: 'productpage' }, replicas: 1 },
  policies: [],
  hosts: 3,
  checks: [failed],
  ...part,
})
