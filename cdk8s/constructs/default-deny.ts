import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { istioNamespace } from '../../services/shared/contracts/deployment.ts'
import { namespaced, port } from './network.ts'

export interface DefaultDenyProps {
  readonly namespace: string
  /** Pods have sidecars, which ask istiod for configuration and certificates. */
  readonly mesh: boolean
}

/**
 * Nothing may enter a namespace's pods or leave them until another NetworkPolicy names it; only names may be looked up.
 * Probes need no rule: a node always reaches its own pods.
 */
export class DefaultDeny extends Construct {
  constructor(scope: Construct, id: string, { namespace, mesh }: DefaultDenyProps) {
    super(scope, id)
    const dns = { to: [namespaced('kube-system', { 'k8s-app': 'kube-dns' })], ports: [port(53, 'UDP'), port(53)] }
    // xDS and certificates: https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
    const istiod = { to: [namespaced(istioNamespace, { app: 'istiod' })], ports: [port(15012)] }
    new k8s.KubeNetworkPolicy(this, 'policy', {
      metadata: { name: 'default-deny', namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], egress: [dns, ...(mesh ? [istiod] : [])] },
    })
  }
}
