import type { k8s } from 'cdk8s-plus-27'
import type { AwsSettings } from '../settings.ts'
import { port } from './network.ts'

/** The Secret with the SCRAM user of Kafka (keys `username` and `password`); made by whoever makes the brokers. */
const kafkaCredentials = 'kafka-credentials'
/** Where EKS Pod Identity hands out a pod's credentials, on every node: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html */
const podIdentityAgent = { cidr: '169.254.170.23/32', port: 80 }
/** The Secret with the authority that signed the database's certificate (key `ca.pem`): RDS has one of its own. */
const databaseAuthority = { secret: 'order-history-database-ca', folder: '/etc/database-ca', file: 'ca.pem' }

/** How a process signs in at the brokers (services/shared/runtime/kafka/client/broker-security.ts). */
export function kafkaSecurity(aws?: AwsSettings): k8s.EnvVar[] {
  if (!aws) return []
  const key = (name: string, key: string): k8s.EnvVar => ({ name, valueFrom: { secretKeyRef: { name: kafkaCredentials, key } } })
  return [
    { name: 'KAFKA_SECURITY', value: aws.kafkaSecurity },
    ...(aws.kafkaSecurity === 'iam'
      ? [{ name: 'AWS_REGION', value: aws.region }]
      : [key('KAFKA_USERNAME', 'username'), key('KAFKA_PASSWORD', 'password')]),
  ]
}

/** IRSA names the role on the ServiceAccount; Pod Identity needs no word of it (scripts/cluster/eks/cluster.yaml associates them). */
export const roleAnnotations = (serviceAccount: string, aws?: AwsSettings): Record<string, string> =>
  aws?.podRoles.by === 'irsa' ? { 'eks.amazonaws.com/role-arn': `${aws.podRoles.rolePrefix}${serviceAccount}` } : {}

/** The way to credentials, for pods that sign in with them. */
export const credentialsEgress = (aws?: AwsSettings): k8s.NetworkPolicyEgressRule[] =>
  aws?.kafkaSecurity === 'iam' && aws.podRoles.by === 'pod-identity'
    ? [{ to: [{ ipBlock: { cidr: podIdentityAgent.cidr } }], ports: [port(podIdentityAgent.port)] }]
    : []

/** What lets a process check the database's certificate (`?sslmode=verify-full` in its URL). */
export const databaseTrust = {
  env: { name: 'NODE_EXTRA_CA_CERTS', value: `${databaseAuthority.folder}/${databaseAuthority.file}` },
  volume: { name: 'database-ca', secret: { secretName: databaseAuthority.secret } },
  mount: { name: 'database-ca', mountPath: databaseAuthority.folder, readOnly: true },
} as const
