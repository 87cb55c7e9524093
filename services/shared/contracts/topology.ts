/**
 * Who runs, who calls whom, who subscribes to whom: declared once for services, charts, mesh and scripts.
 * Kubernetes names (Deployment, Service, ServiceAccount, `app` label), topics and metric labels are the keys of `workloads`.
 */

/** Namespace of the shop in a cluster; on the laptop only part of the host names. */
export const namespace = 'breakwater'

/**
 * Label of everything that is applied to a cluster. Its value names what is deployed together: who deploys a set again removes
 * what the set has no longer, and leaves other sets alone.
 */
export const applySetLabel = 'breakwater.dev/apply-set'

/** Port of every Service, and the one the app itself listens on in a pod. */
export const ports = { service: 80, app: 8080 } as const

interface Workload {
  /** What it is for, in a few words. */
  readonly owns: string
  /** HTTP, through the mesh: where a person waits for an answer. */
  readonly calls: readonly string[]
  /** Services whose `<name>.events` it reads. */
  readonly subscribesTo: readonly string[]
  /** Decides by event sourcing: has `<name>.commands` and `<name>.events`. */
  readonly eventSourced: boolean
  /** Reads rows from PostgreSQL (PGlite on the laptop). */
  readonly database: boolean
  /** Its tables whose changes it tells in `<table>.changes`. */
  readonly feeds?: readonly string[]
  readonly replicas: number
  /** Part of the shop, only there for experiments, or in place of what a managed cluster gets from its provider. */
  readonly role: 'shop' | 'experiment' | 'stand-in'
}

export const workloads = {
  gateway: {
    owns: 'stages, keys and plans of the API; else nothing: it is the BFF',
    calls: ['catalog', 'inventory', 'shipping', 'orders', 'order-history', 'identity'],
    subscribesTo: [],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  catalog: {
    owns: 'products, prices',
    calls: [],
    subscribesTo: [],
    eventSourced: true,
    database: false,
    replicas: 3,
    role: 'shop',
  },
  orders: {
    owns: "the order's life",
    calls: [],
    subscribesTo: ['inventory', 'payments', 'shipping'],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  payments: {
    owns: 'credit accounts, authorisations',
    calls: [],
    subscribesTo: ['orders'],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  inventory: {
    owns: 'stock per SKU, reservations',
    calls: [],
    subscribesTo: ['orders', 'payments'],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  shipping: {
    owns: 'shipments',
    calls: [],
    subscribesTo: ['orders', 'payments'],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  notifications: {
    owns: 'what was sent to whom',
    calls: [],
    subscribesTo: ['orders', 'payments'],
    eventSourced: true,
    database: false,
    replicas: 1,
    role: 'shop',
  },
  'order-history': {
    owns: 'the read model, shaped for screens',
    calls: [],
    subscribesTo: ['orders', 'inventory', 'payments', 'shipping'],
    eventSourced: false,
    database: true,
    feeds: ['order-list'],
    replicas: 1,
    role: 'shop',
  },
  identity: {
    owns: 'keys that sign tokens; on a laptop and on kind only',
    calls: [],
    subscribesTo: [],
    eventSourced: false,
    database: false,
    replicas: 1,
    role: 'stand-in',
  },
  httpbin: {
    owns: 'a latch: holds requests until told',
    calls: [],
    subscribesTo: [],
    eventSourced: false,
    database: false,
    replicas: 1,
    role: 'experiment',
  },
  probe: {
    owns: 'the caller of experiments: sends requests through its sidecar and reports each',
    calls: ['httpbin', 'catalog'],
    subscribesTo: [],
    eventSourced: false,
    database: false,
    replicas: 1,
    role: 'experiment',
  },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export const workloadNames = Object.keys(workloads) as WorkloadName[]

/** The same declarations, typed for those who walk over all of them. */
export const workload = (name: WorkloadName): Workload => workloads[name]

export const commandsTopic = (service: string): string => `${service}.commands`
export const eventsTopic = (service: string): string => `${service}.events`
/** States of aggregates, so that a new owner need not fold the whole log; derived from the events and dispensable. */
export const snapshotsTopic = (service: string): string => `${service}.snapshots`
/** What happens to the rows of a read model: each change with the row before and after it. */
export const changesTopic = (projection: string): string => `${projection}.changes`
/** Records that a service could not handle, with evidence. */
export const deadLetterTopic = (service: string): string => `${service}.dlq`

export interface Topic {
  readonly name: string
  readonly partitions: number
  /** Kafka topic configuration. */
  readonly config: Readonly<Record<string, string>>
}

/**
 * All topics with their configuration.
 * @param partitions of commands, events and snapshots; fixed at creation, because a key must stay in its partition
 * @param minInsyncReplicas copies that must have a record before it counts as written; 1 where a single broker keeps them all
 */
export function topics(partitions: number, minInsyncReplicas = 1): Topic[] {
  // Said, because a broker's own default (1) would let an acknowledged order be lost with one broker.
  const durable = { 'min.insync.replicas': String(minInsyncReplicas) }
  // The log is the system of record: kept for ever. Commands are answered within seconds; a week lets a service be down that long.
  const forever = { ...durable, 'cleanup.policy': 'delete', 'retention.ms': '-1' }
  const week = {
    ...durable,
    'cleanup.policy': 'delete',
    'retention.ms': String(7 * 24 * 3600 * 1000),
  }
  // Only closed segments are compacted: small ones, so that what a new owner reads stays near one record per aggregate.
  const newest = { ...durable, 'cleanup.policy': 'compact', 'segment.bytes': String(16 * 1024 * 1024) }
  return workloadNames.flatMap((name): Topic[] => {
    const { eventSourced, subscribesTo, feeds = [] } = workload(name)
    return [
      ...feeds.map((feed) => ({ name: changesTopic(feed), partitions, config: week })),
      ...(eventSourced
        ? [
            { name: commandsTopic(name), partitions, config: week },
            { name: eventsTopic(name), partitions, config: forever },
            { name: snapshotsTopic(name), partitions, config: newest },
          ]
        : []),
      ...(eventSourced || subscribesTo.length > 0 ? [{ name: deadLetterTopic(name), partitions: 1, config: forever }] : []),
    ]
  })
}
