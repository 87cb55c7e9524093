export { type Destination, hostName, outboundCluster } from '../../envoy-admin/outbound-cluster.ts'

/** A Deployment, StatefulSet or DaemonSet, by its name: who calls, or whose replicas are broken. */
export interface Workload {
  readonly namespace: string
  readonly name: string
}

/** Istio's name for the cluster that leads from a proxy to its own app. */
export const inboundCluster = ({ targetPort }: { readonly targetPort: number }): string => `inbound|${targetPort}||`
