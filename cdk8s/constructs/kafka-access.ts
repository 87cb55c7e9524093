import type { k8s } from 'cdk8s-plus-27'
import { kafkaCredentialsSecret } from '../../services/shared/contracts/deployment.ts'
import type { ClusterSettings, KafkaSecurity } from '../settings/settings.ts'
import { port } from './network.ts'

/** How a process signs in at the brokers (services/shared/runtime/kafka/client/broker-security.ts). */
export function kafkaSecurity(security?: KafkaSecurity): k8s.EnvVar[] {
  if (!security) return []
  const kind = { name: 'KAFKA_SECURITY', value: security.mechanism }
  const secret = (name: string, key: string): k8s.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: kafkaCredentialsSecret, key } },
  })
  switch (security.mechanism) {
    case 'tls':
      return [kind]
    case 'iam':
      return [kind, { name: 'AWS_REGION', value: security.region }]
    case 'scram':
      return [kind, secret('KAFKA_USERNAME', 'username'), secret('KAFKA_PASSWORD', 'password')]
  }
}

/** The way to credentials, for pods that sign in with them. */
export const credentialsEgress = ({
  kafkaSecurity,
  podIdentity,
}: Pick<ClusterSettings, 'kafkaSecurity' | 'podIdentity'>): k8s.NetworkPolicyEgressRule[] =>
  kafkaSecurity?.mechanism === 'iam' && podIdentity?.credentials
    ? [{ to: [{ ipBlock: { cidr: podIdentity.credentials.cidr } }], ports: [port(podIdentity.credentials.port)] }]
    : []
