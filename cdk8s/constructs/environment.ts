import type { k8s } from 'cdk8s-plus-27'
import { ports, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { type Settings, storesOf } from '../settings.ts'
import { databaseTrust, kafkaSecurity } from './aws.ts'

/** The Secret with the URL of the read model's database; made by whoever makes the database. */
export const databaseSecret = { name: 'order-history-database', key: 'url' } as const

/** What a workload's `config.ts` reads, derived from what topology says that it needs. */
export function environment(name: WorkloadName, settings: Settings): k8s.EnvVar[] {
  const stores = storesOf(name)
  return [
    { name: 'PORT', value: String(ports.app) },
    { name: 'LOG_LEVEL', value: settings.logLevel },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...(stores.includes('kafka') ? [{ name: 'KAFKA_BROKERS', value: settings.kafkaBrokers }, ...kafkaSecurity(settings.cluster?.aws)] : []),
    ...(stores.includes('postgres') ? [databaseUrl(settings), ...(settings.cluster?.aws ? [databaseTrust.env] : [])] : []),
  ]
}

function databaseUrl(settings: Settings): k8s.EnvVar {
  return settings.cluster
    ? { name: 'DATABASE_URL', valueFrom: { secretKeyRef: databaseSecret } }
    : { name: 'DATABASE_URL', value: 'pglite:.local/data/order-history' }
}
