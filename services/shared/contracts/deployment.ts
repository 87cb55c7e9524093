/**
 * What must have one name, port or version wherever the shop is deployed: charts, mesh policy, scripts and the process of a Job read it here.
 * Who runs and who calls whom is in topology.ts.
 */

/** Namespace of Kafka, PostgreSQL and Redis in kind: their volumes need an owner before they start, which Pod Security "restricted" forbids. */
export const dataNamespace = 'breakwater-data'

/** A data store that workloads connect to: its Service, its `app` label and its StatefulSet have this name. */
export type Store = 'kafka' | 'postgres' | 'redis'

/** Ports of our own data stores. */
export const storePorts: Readonly<Record<Store, number>> = { kafka: 9092, postgres: 5432, redis: 6379 }

/** `kafka.breakwater-data.svc.cluster.local` */
export const storeHost = (store: Store): string => `${store}.${dataNamespace}.svc.cluster.local`

/** Of the read model, in PostgreSQL: its Secret has the `url` in the shop's namespace, the `password` alone beside our own store. */
export const readModelDatabase = { secret: 'order-history-database', user: 'breakwater', name: 'order_history' } as const

/** The Secret with the `url` of a managed Redis or Valkey that the gateway counts requests in. */
export const redisSecret = 'gateway-redis'

/** The Secret with the authority that signed the database's certificate (key `ca.pem`), where a managed one has an authority of its own. */
export const databaseAuthoritySecret = 'order-history-database-ca'

/** The Secret with the SCRAM user of Kafka (keys `username` and `password`); made by whoever makes the brokers. */
export const kafkaCredentialsSecret = 'kafka-credentials'

/** The Job that creates the topics: its `app` label, its ServiceAccount, its container and its image. */
export const topicsJob = 'kafka-topics'

/** Listener of our own broker for clients of this machine: `kubectl port-forward` to it at the same port, because a broker tells its clients where it is. */
export const forwardedListener = { name: 'FORWARDED', port: 19092 } as const

/** Partitions of commands, events and snapshots where one broker keeps them; a key must stay in its partition, so that number never changes. */
export const singleBrokerPartitions = 6

/** A single broker keeps one copy of everything, and a misspelt topic must fail instead of being created (topics come from topology.ts). */
export const singleBrokerProperties = {
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
} as const

/** What a machine without our own tools pulls. Kafka's jars on a laptop are of the same version (scripts/local/tools/kafka/pom.xml). */
export const kafkaVersion = '4.1.0'
export const images = {
  kafka: `apache/kafka:${kafkaVersion}`,
  postgres: 'postgres:17',
  redis: 'valkey/valkey:8.1',
  collector: 'otel/opentelemetry-collector-contrib:0.158.0',
  logs: 'victoriametrics/victoria-logs:v1.51.1-20260624',
  traces: 'jaegertracing/jaeger:2.13.0',
  metrics: 'prom/prometheus:v2.42.0',
  node: 'node:24-slim',
  fortio: 'fortio/fortio:1.66.5',
} as const

/** Of these, what observability runs. */
export const telemetryImages: readonly string[] = [images.collector, images.logs, images.traces, images.metrics]

/** The Kafka image reads the property `a.b` from the variable `KAFKA_A_B`. */
export const kafkaVariables = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll('.', '_')}`, value]))

/**
 * Files that the gateway's page at `/docs` loads, with their media types. On a laptop they are read from this folder of a package;
 * an image has them in a folder of this name beside the program.
 */
export const docsPageFiles = {
  from: '@fastify/swagger-ui/static',
  folder: 'swagger-ui',
  types: {
    'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
    'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
    'swagger-ui.css': 'text/css; charset=utf-8',
    'favicon-32x32.png': 'image/png',
  },
} as const

/** Label `version` of the pods that a workload runs from the start; a canary has another. */
export const firstVersion = 'v1'

/** First digit of a manifest's file name: `kubectl apply -f` reads a folder by name, so it is the order in which they are applied. */
export const stages = { namespaces: 0, data: 1, policies: 2, workloads: 3 } as const

/** NodePort of Istio's ingress gateway in kind (mesh/istio-kind.yaml). */
export const ingressNodePort = 30080

/** Before the name of an image of ours that no registry needs to know. */
export const localRegistry = 'breakwater'

/** Where Istio's control plane and ingress gateway run. */
export const istioNamespace = 'istio-system'

/** Namespace of what keeps logs, traces and metrics. */
export const observabilityNamespace = 'breakwater-observability'

/** Namespace of the pods that read the logs of each node. Pod Security cannot forbid them the node's files, so nothing else runs there. */
export const nodeLogsNamespace = 'breakwater-node-logs'

/** What runs in the namespace of observability: `app` labels, names of Services, and the ports that others use. */
export const telemetryServices = {
  collector: { name: 'otel-collector', grpc: 4317, http: 4318, metrics: 9464 },
  logs: { name: 'victoria-logs', http: 9428 },
  traces: { name: 'jaeger', grpc: 4317, http: 16_686 },
  metrics: { name: 'prometheus', http: 9090 },
} as const

/** `victoria-logs.breakwater-observability.svc.cluster.local` */
export const telemetryHost = (service: keyof typeof telemetryServices): string =>
  `${telemetryServices[service].name}.${observabilityNamespace}.svc.cluster.local`

/** The pod that tells Prometheus the state of every breaker. */
export const breakerExporter = { name: 'breaker-exporter', port: 9464 } as const

/** Where a pod's proxy answers with its statistics, and with nothing else. */
export const proxyStatisticsPort = 15_090

/** Where pilot-agent answers with the metrics of a pod, the app's and its proxy's, in plain text beside the mesh. */
export const podMetrics = { port: 15_020, path: '/stats/prometheus' } as const
