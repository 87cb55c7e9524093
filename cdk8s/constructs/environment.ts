import type { k8s } from 'cdk8s-plus-27'
import { ports, type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import type { Settings } from '../settings.ts'

/** The Secret with the URL of the read model's database; made by whoever makes the database. */
export const databaseSecret = { name: 'order-history-database', key: 'url' } as const

/** What a workload's `config.ts` reads, derived from what topology says that it needs. */
export function environment(name: WorkloadName, settings: Settings): k8s.EnvVar[] {
  const { eventSourced, hears, database } = workload(name)
  return [
    { name: 'PORT', value: String(ports.app) },
    { name: 'LOG_LEVEL', value: settings.logLevel },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...(eventSourced || hears.length > 0 ? [{ name: 'KAFKA_BROKERS', value: settings.kafkaBrokers }] : []),
    ...(database ? [databaseUrl(settings)] : []),
  ]
}

function databaseUrl(settings: Settings): k8s.EnvVar {
  return settings.cluster
    ? { name: 'DATABASE_URL', valueFrom: { secretKeyRef: databaseSecret } }
    : { name: 'DATABASE_URL', value: 'pglite:.local/data/order-history' }
}
