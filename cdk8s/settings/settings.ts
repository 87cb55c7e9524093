import { type Static, Type } from 'typebox'

const closed = <P extends Parameters<typeof Type.Object>[0]>(properties: P) => Type.Object(properties, { additionalProperties: false })
const Text = Type.String({ minLength: 1 })
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const Count = Type.Integer({ minimum: 1 })
/** `10.0.0.0/16` */
const Cidr = Type.String({ pattern: '^\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}$' })
const TextByKey = Type.Record(Type.String(), Type.String())

const ExternalStore = closed({
  kind: Type.Enum(['kafka', 'postgres', 'redis']),
  /** Of the ServiceEntry. */
  name: Text,
  host: Text,
  port: Port,
  /** Where its addresses are, because network policies know no names: a CIDR block. */
  network: Cidr,
})
/** One host of a managed data store. */
export type ExternalStore = Static<typeof ExternalStore>

const Autoscaling = closed({
  /** More consumers than partitions would idle. */
  maxReplicas: Count,
  /** Mean use of the CPU that pods request, in percent, above which one more starts. */
  cpuPercent: Type.Integer({ minimum: 1, maximum: 100 }),
})

/** How processes reach the brokers; each way checks their certificates. */
const KafkaSecurity = Type.Union([
  closed({ mechanism: Type.Literal('tls') }),
  /** User and password from the Secret `kafka-credentials`. */
  closed({ mechanism: Type.Literal('scram') }),
  /** With the pod's IAM role (Amazon MSK). */
  closed({ mechanism: Type.Literal('iam'), region: Text }),
])
export type KafkaSecurity = Static<typeof KafkaSecurity>

/** How pods prove who they are to the provider's services. */
const PodIdentity = closed({
  /** Of each ServiceAccount that signs in; `{serviceAccount}` in a value stands for its name. */
  annotations: Type.Optional(TextByKey),
  /** Where credentials are handed out, on every node. */
  credentials: Type.Optional(closed({ cidr: Cidr, port: Port })),
})
export type PodIdentity = Static<typeof PodIdentity>

const StorageClass = closed({
  name: Text,
  /** Makes the class; without it the cluster has one of that name. */
  provision: Type.Optional(closed({ provisioner: Text, parameters: TextByKey })),
})

/** How requests to a provider's endpoint are signed, with the pod's own identity. */
const Sigv4 = closed({ region: Text, service: Text })

/** A server of the provider's, outside of the cluster. */
const TelemetryEndpoint = closed({
  url: Type.String({ pattern: '^https://' }),
  headers: Type.Optional(TextByKey),
  sigv4: Type.Optional(Sigv4),
})
export type TelemetryEndpoint = Static<typeof TelemetryEndpoint>

/** Stores of ours; the first bound that is reached counts. */
const TelemetryStores = closed({
  kind: Type.Literal('in-cluster'),
  logs: closed({ days: Count, gibibytes: Count }),
  /** A store of traces that has more is emptied: it has no bound of its own. */
  traces: closed({ hours: Count, gibibytes: Count }),
  metrics: closed({ days: Count, gibibytes: Count }),
})
export type TelemetryStores = Static<typeof TelemetryStores>

/** Logs and traces by OTLP over HTTP, metrics by Prometheus' remote write. */
const ManagedTelemetry = closed({
  kind: Type.Literal('managed'),
  logs: TelemetryEndpoint,
  traces: TelemetryEndpoint,
  metrics: TelemetryEndpoint,
  /** Where the endpoints' addresses are, because network policies know no names. */
  network: Cidr,
})
export type ManagedTelemetry = Static<typeof ManagedTelemetry>

/** Logs, traces and metrics of the shop, collected in one place. */
const Observability = closed({
  /** Of the traces that begin here, how many are kept. */
  tracesPercent: Type.Number({ minimum: 0, maximum: 100 }),
  /** How often metrics are read. */
  metricsEverySeconds: Count,
  stores: Type.Union([TelemetryStores, ManagedTelemetry]),
  /** Whether the state of every breaker is told, by a pod that reads the statistics of the shop's proxies. */
  breakers: Type.Optional(Type.Boolean()),
  /** Which pods there are is asked there. */
  apiServer: closed({ network: Cidr, port: Port }),
})
export type Observability = Static<typeof Observability>

/** Who signs the tokens of people and programs: an OpenID Connect issuer outside of the cluster, such as a user pool of Amazon Cognito. */
const TokenIssuer = closed({
  /** As in the claim `iss`. */
  issuer: Type.String({ pattern: '^https://' }),
  /** Where its keys are, when they are not where discovery says. */
  jwksUri: Type.Optional(Type.String({ pattern: '^https://' })),
  /** Whom its tokens are for (`aud`, or `client_id` where they have no `aud`), comma separated. */
  audience: Text,
  /** The claim that is a person's customer id; else `sub`. */
  customerClaim: Type.Optional(Text),
  /** What it writes before our scopes. */
  scopePrefix: Type.Optional(Text),
  /** `operators=operations:read operations:write;admins=gateway:admin` */
  groupScopes: Type.Optional(Text),
  /** Where its addresses are, because network policies know no names. */
  network: Cidr,
})
export type TokenIssuer = Static<typeof TokenIssuer>

/** What a cluster needs and a laptop does not: identities, disruption budgets, mTLS, access rules. */
const ClusterSettings = closed({
  /** Kafka and PostgreSQL as StatefulSets of ours, or managed ones that `kafkaBrokers` and the database Secret point to. */
  dataStores: Type.Enum(['in-cluster', 'managed']),
  /** The managed stores' hosts: egress is closed for all that is not named. */
  externalStores: Type.Array(ExternalStore),
  /**
   * Redis or Valkey beside the other stores in the cluster, so that the gateway's replicas count requests together. Absent: a managed one among
   * `externalStores`, or each replica counts its own.
   */
  redis: Type.Optional(closed({ image: Text })),
  /** Absent where brokers speak plain text. */
  kafkaSecurity: Type.Optional(KafkaSecurity),
  /** The database's certificate is checked against the authority in the Secret `order-history-database-ca` (`?sslmode=verify-full` in its URL). */
  databaseTls: Type.Optional(Type.Boolean()),
  podIdentity: Type.Optional(PodIdentity),
  /** Absent: the shop's own, whose people are those of the demo. Only kind may be without. */
  tokenIssuer: Type.Optional(TokenIssuer),
  /** Of our StatefulSets' volumes. */
  storageClass: StorageClass,
  /** Pods of one workload are spread over this label: node (`kubernetes.io/hostname`) or zone (`topology.kubernetes.io/zone`). */
  spreadOver: Text,
  /** Replicas of the shop's services at least, where topology asks for fewer: two survive the loss of a node. */
  minReplicas: Count,
  /** What experiments need: their workloads, and a fault filter in every sidecar, which whoever reaches a proxy's admin port can switch on. */
  chaosTools: Type.Boolean(),
  /** In place of what charts request for each workload: all of them run on one small machine, which they then share evenly. */
  cpuRequest: Type.Optional(Text),
  /** Absent where nothing measures the use of CPU (kind has no metrics server): then Deployments say how many replicas run. */
  autoscaling: Type.Optional(Autoscaling),
  /** Absent: nothing is collected, and no process or proxy sends spans. */
  observability: Type.Optional(Observability),
})
export type ClusterSettings = Static<typeof ClusterSettings>

/** All in which targets differ. Everything else in charts and mesh policy is the same for each. */
export const Settings = closed({
  /** Manifests are written to `dist/<target>`. */
  target: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 }),
  /** `<registry>/<workload>:<tag>`; the laptop runs sources and never pulls. */
  imageRegistry: Text,
  imageTag: Text,
  /** `host:port`, comma separated: `KAFKA_BROKERS`. The laptop puts its own in place of it. */
  kafkaBrokers: Text,
  /** Of `*.commands` and `*.events`; fixed at creation because a key must stay in its partition. */
  topicPartitions: Count,
  /** Copies of a topic that must have a record before it counts as written: one less than the brokers keep, so that one may be away. */
  minInsyncReplicas: Count,
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  /** Absent on the laptop. */
  cluster: Type.Optional(ClusterSettings),
})
export type Settings = Static<typeof Settings>
