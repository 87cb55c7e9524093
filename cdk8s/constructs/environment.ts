import type { k8s } from 'cdk8s-plus-27'
import {
  readModelDatabase,
  redisSecret,
  storeHost,
  storePorts,
  telemetryHost,
  telemetryServices,
} from '../../services/shared/contracts/deployment.ts'
import { ports, type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import type { Settings } from '../settings/settings.ts'
import { storesOf } from '../workloads.ts'
import { databaseTls } from './database-tls.ts'
import { kafkaSecurity } from './kafka-access.ts'
import { tokenIssuer } from './token-issuer.ts'

/** What a workload's `config.ts` reads, derived from what topology says that it needs. */
export function environment(name: WorkloadName, settings: Settings): k8s.EnvVar[] {
  const stores = storesOf(name, settings.cluster)
  return [
    { name: 'PORT', value: String(ports.app) },
    { name: 'LOG_LEVEL', value: settings.logLevel },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...(stores.includes('kafka')
      ? [{ name: 'KAFKA_BROKERS', value: settings.kafkaBrokers }, ...kafkaSecurity(settings.cluster?.kafkaSecurity)]
      : []),
    ...(stores.includes('postgres') ? [databaseUrl(settings)] : []),
    ...(stores.includes('redis') ? [redisUrl(settings)] : []),
    ...databaseTls(name, settings).env,
    ...tokenIssuer(name, settings),
    ...tracing(name, settings),
  ]
}

/** Which traces are kept says who begins them; all others ask their caller. Workloads of experiments stand for code that knows no tracing, and nobody waits for a stand-in. */
function tracing(name: WorkloadName, { cluster }: Settings): k8s.EnvVar[] {
  if (!cluster?.observability || workload(name).role !== 'shop') return []
  return [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://${telemetryHost('collector')}:${telemetryServices.collector.http}` },
    { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
    { name: 'OTEL_TRACES_SAMPLER_ARG', value: String(cluster.observability.tracesPercent / 100) },
  ]
}

const redisUrl = ({ cluster }: Settings): k8s.EnvVar =>
  cluster?.redis
    ? { name: 'REDIS_URL', value: `redis://${storeHost('redis')}:${storePorts.redis}` }
    : { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: redisSecret, key: 'url' } } }

function databaseUrl(settings: Settings): k8s.EnvVar {
  return settings.cluster
    ? { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: readModelDatabase.secret, key: 'url' } } }
    : { name: 'DATABASE_URL', value: 'pglite:.local/data/order-history' }
}
