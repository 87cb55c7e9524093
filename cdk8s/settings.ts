import { type WorkloadName, workload, workloadNames } from '../services/shared/contracts/topology.ts'

/** Namespace of Kafka and PostgreSQL in kind: their volumes need an owner before they start, which Pod Security "restricted" forbids. */
export const dataNamespace = 'breakwater-data'

/** What a cluster needs and a laptop does not: identities, disruption budgets, mTLS, access rules. */
export interface ClusterSettings {
  /** Kafka and PostgreSQL as StatefulSets of ours, or managed ones that `kafkaBrokers` and the database Secret point to. */
  readonly dataStores: 'in-cluster' | 'managed'
  /** The managed stores' hosts: egress is closed for all that is not named. */
  readonly externalStores: readonly ExternalStore[]
  /** Storage class of our StatefulSets' volumes. */
  readonly storageClass: string
  /** Pods of one workload are spread over this label: node (`kubernetes.io/hostname`) or zone (`topology.kubernetes.io/zone`). */
  readonly spreadOver: string
  /** Replicas of the shop's services at least, where topology asks for fewer: two survive the loss of a node. */
  readonly minReplicas: number
  /** What experiments need: their workloads, and a fault filter in every sidecar, which whoever reaches a proxy's admin port can switch on. */
  readonly chaosTools: boolean
  /** In place of what charts request for each workload: all of them run on one small machine, which they then share evenly. */
  readonly cpuRequest?: string
  /** Absent where nothing measures the use of CPU (kind has no metrics server): then Deployments say how many replicas run. */
  readonly autoscaling?: Autoscaling
  /** On EKS only. */
  readonly aws?: AwsSettings
}

/** How pods prove who they are to Amazon's services. */
export interface AwsSettings {
  readonly region: string
  /** With the pod's IAM role, or with user and password from the Secret `kafka-credentials`. */
  readonly kafkaSecurity: 'iam' | 'scram'
  /** EKS Pod Identity, or IRSA with roles named prefix + ServiceAccount, e.g. `arn:aws:iam::111122223333:role/breakwater-orders`. */
  readonly podRoles: { readonly by: 'pod-identity' } | { readonly by: 'irsa'; readonly rolePrefix: string }
}

export interface Autoscaling {
  /** More consumers than partitions would idle. */
  readonly maxReplicas: number
  /** Mean use of the CPU that pods request, in percent, above which one more starts. */
  readonly cpuPercent: number
}

export type Store = 'kafka' | 'postgres'

export interface ExternalStore {
  readonly kind: Store
  /** Of the ServiceEntry. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** Where its addresses are, because network policies know no names: a CIDR block. */
  readonly network: string
}

/** All in which the targets differ. Everything else in charts and mesh policy is the same for each. */
export interface Settings {
  readonly target: 'local' | 'kind' | 'eks'
  /** `<registry>/<workload>:<tag>`; the laptop runs sources and never pulls. */
  readonly imageRegistry: string
  readonly imageTag: string
  /** `host:port`, comma separated: `KAFKA_BROKERS`. The laptop puts its own in place of it. */
  readonly kafkaBrokers: string
  /** Of `*.commands` and `*.events`; fixed at creation because a key must stay in its partition. */
  readonly topicPartitions: number
  /** Copies of a topic that must have a record before it counts as written: one less than the brokers keep, so that one may be away. */
  readonly minInsyncReplicas: number
  readonly logLevel: string
  /** Absent on the laptop. */
  readonly cluster?: ClusterSettings
}

const local: Settings = {
  target: 'local',
  imageRegistry: 'breakwater',
  imageTag: 'local',
  kafkaBrokers: '127.0.0.1:9092',
  topicPartitions: 6,
  minInsyncReplicas: 1,
  logLevel: 'info',
}

const kind: Settings = {
  target: 'kind',
  imageRegistry: 'breakwater',
  imageTag: 'dev',
  kafkaBrokers: `kafka.${dataNamespace}.svc.cluster.local:9092`,
  topicPartitions: 6,
  minInsyncReplicas: 1,
  logLevel: 'info',
  cluster: {
    dataStores: 'in-cluster',
    externalStores: [],
    storageClass: 'standard',
    spreadOver: 'kubernetes.io/hostname',
    minReplicas: 1,
    chaosTools: true,
    cpuRequest: '10m',
  },
}

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
const eks: Settings = {
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
    storageClass: 'gp3',
    spreadOver: 'topology.kubernetes.io/zone',
    minReplicas: 2,
    chaosTools: false,
    autoscaling: { maxReplicas: 6, cpuPercent: 70 },
    aws: { region, kafkaSecurity: 'iam', podRoles: { by: 'pod-identity' } },
  },
}

export const targets: readonly Settings[] = [local, kind, eks]

export const firstVersion = 'v1'

/** Labels of a workload's pods: Services select by `app`, subsets by `version`. */
export const podLabels = (workload: WorkloadName, version = firstVersion) => ({ app: workload, version })

/** The workloads that a target runs; the laptop is for experiments too. */
export const deployedWorkloads = (cluster?: ClusterSettings): WorkloadName[] =>
  workloadNames.filter((name) => workload(name).role === 'shop' || (cluster?.chaosTools ?? true))

/** Of these, who calls `callee`. */
export const callersOf = (callee: WorkloadName, cluster?: ClusterSettings): WorkloadName[] =>
  deployedWorkloads(cluster).filter((name) => workload(name).calls.includes(callee))

/** How many pods of a workload's first version run: an autoscaler moves between the two. */
export interface Replicas {
  readonly least: number
  readonly most: number
}

/** Experiments count on the replicas that topology gives them. */
export function replicasOf(name: WorkloadName, { cluster }: Settings): Replicas {
  const { role, replicas } = workload(name)
  if (role === 'experiment') return { least: replicas, most: replicas }
  const least = Math.max(replicas, cluster?.minReplicas ?? 1)
  return { least, most: Math.max(least, cluster?.autoscaling?.maxReplicas ?? least) }
}

/** The data stores that a workload's process connects to. */
export function storesOf(name: WorkloadName): Store[] {
  const { eventSourced, subscribesTo, database } = workload(name)
  return [...(eventSourced || subscribesTo.length > 0 ? ['kafka' as const] : []), ...(database ? ['postgres' as const] : [])]
}

/** Ports of our own data stores. */
export const storePorts: Readonly<Record<Store, number>> = { kafka: 9092, postgres: 5432 }

/** The Job that creates the topics: its `app` label, its container and its image. */
export const topicsJob = 'kafka-topics'
