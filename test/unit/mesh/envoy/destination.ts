import type { EnvoyInput } from '../../../../mesh/envoy/input.ts'

const pod = (version: string) => ({
  kind: 'Deployment',
  metadata: { name: version === 'v1' ? 'callee' : `callee-${version}`, namespace: 'shop' },
  spec: {
    template: {
      metadata: { labels: { app: 'callee', version } },
      spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  },
})

/** A Service in two versions, seen from the sidecar of its own first replica. */
export const input = (policy: readonly unknown[]): EnvoyInput => ({
  workload: 'callee',
  nodeId: 'callee-0',
  manifests: [
    pod('v1'),
    pod('v2'),
    {
      kind: 'Service',
      metadata: { name: 'callee', namespace: 'shop' },
      spec: { selector: { app: 'callee' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    ...policy,
  ],
  instances: [
    { workload: 'callee', replica: 0, host: '127.0.0.1', inboundPort: 9001 },
    { workload: 'callee-v2', replica: 0, host: '127.0.0.1', inboundPort: 9002 },
  ],
  self: { appPort: 9000, inboundPort: 9001, outboundPort: 9010, adminPort: 9020 },
  files: { xds: '/xds', accessLog: '/access.log' },
})
