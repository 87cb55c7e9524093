import type { ExternalStore, Settings } from './settings.ts'

const region = 'eu-central-1'
/** eksctl's own choice. */
const vpc = '192.168.0.0/16'
/** Port 9098 is MSK's for IAM; SCRAM has 9096. */
const mskBroker = (number: number): ExternalStore => ({
  kind: 'kafka',
  name: `kafka-broker-${number}`,
  host: `b-${number}.breakwater.kafka.${region}.amazonaws.com`,
  port: 9098,
  network: vpc,
})
const mskBrokers = [mskBroker(1), mskBroker(2), mskBroker(3)]

/** Account, region, network and host names are placeholders: replace them with your own before `kubectl apply`. */
export const settings: Settings = {
  target: 'eks',
  imageRegistry: `000000000000.dkr.ecr.${region}.amazonaws.com/breakwater`,
  imageTag: '0.1.0',
  kafkaBrokers: mskBrokers.map(({ host, port }) => `${host}:${port}`).join(),
  topicPartitions: 24,
  minInsyncReplicas: 2,
  logLevel: 'info',
  cluster: {
    dataStores: 'managed',
    externalStores: [
      ...mskBrokers,
      {
        kind: 'postgres',
        name: 'order-history-database',
        host: `order-history.breakwater.${region}.rds.amazonaws.com`,
        port: 5432,
        network: vpc,
      },
    ],
    kafkaSecurity: { mechanism: 'iam', region },
    databaseTls: true,
    // EKS Pod Identity: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html. For IRSA instead:
    // podIdentity: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/breakwater-{serviceAccount}' } }
    podIdentity: { credentials: { cidr: '169.254.170.23/32', port: 80 } },
    // A user pool of Amazon Cognito, with a resource server for the scopes.
    tokenIssuer: {
      issuer: `https://cognito-idp.${region}.amazonaws.com/${region}_EXAMPLE00`,
      audience: '0example1client2id3',
      customerClaim: 'username',
      scopePrefix: 'https://shop.example.com/',
      groupScopes: 'operators=operations:read operations:write;admins=gateway:admin',
      network: '0.0.0.0/0',
    },
    // Encrypted EBS volumes; EKS brings gp2 only.
    storageClass: { name: 'gp3', provision: { provisioner: 'ebs.csi.aws.com', parameters: { type: 'gp3', encrypted: 'true' } } },
    spreadOver: 'topology.kubernetes.io/zone',
    minReplicas: 2,
    chaosTools: false,
    autoscaling: { maxReplicas: 6, cpuPercent: 70 },
  },
}
