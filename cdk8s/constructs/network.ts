import { k8s } from 'cdk8s-plus-27'

/** Pods of another namespace, as a NetworkPolicy names them. */
export const namespaced = (namespace: string, labels: Record<string, string>): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: labels },
})

/** A port of the pods themselves, not of their Service: policies see packets after the Service's translation. */
export const port = (number: number, protocol: 'TCP' | 'UDP' = 'TCP'): k8s.NetworkPolicyPort => ({
  port: k8s.IntOrString.fromNumber(number),
  protocol,
})
