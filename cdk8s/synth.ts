import { App, type Chart, Yaml } from 'cdk8s'
import { Catalog } from '../charts/catalog.ts'
import { DataNamespace } from '../charts/data-namespace.ts'
import { Gateway } from '../charts/gateway.ts'
import { Httpbin } from '../charts/httpbin.ts'
import { Inventory } from '../charts/inventory.ts'
import { Kafka } from '../charts/kafka.ts'
import { Namespace } from '../charts/namespace.ts'
import { Notifications } from '../charts/notifications.ts'
import { OrderHistory } from '../charts/order-history.ts'
import { Orders } from '../charts/orders.ts'
import { Payments } from '../charts/payments.ts'
import { Postgres } from '../charts/postgres.ts'
import { Probe } from '../charts/probe.ts'
import { Shipping } from '../charts/shipping.ts'
import { StorageClass } from '../charts/storage-class.ts'
import { Topics } from '../charts/topics.ts'
import { CatalogPolicy } from '../mesh/catalog.ts'
import { HttpbinPolicy } from '../mesh/httpbin.ts'
import { Ingress } from '../mesh/ingress.ts'
import { InventoryPolicy } from '../mesh/inventory.ts'
import { MeshWide } from '../mesh/mesh-wide.ts'
import { OrderHistoryPolicy } from '../mesh/order-history.ts'
import { OrdersPolicy } from '../mesh/orders.ts'
import { PaymentsPolicy } from '../mesh/payments.ts'
import { ShippingPolicy } from '../mesh/shipping.ts'
import { applySetLabel } from '../services/shared/contracts/topology.ts'
import type { ClusterSettings, Settings } from './settings.ts'

const shop = {
  workloads: [Gateway, Catalog, Orders, Payments, Inventory, Shipping, Notifications, OrderHistory],
  policies: [CatalogPolicy, InventoryPolicy, ShippingPolicy, OrdersPolicy, OrderHistoryPolicy, PaymentsPolicy],
}
const chaosTools = { workloads: [Httpbin, Probe], policies: [HttpbinPolicy] }

/**
 * Settings of a target → its manifests, file name → YAML. `kubectl apply -f` reads a folder by name,
 * so the first digit is the order: namespace, data, policies, workloads.
 */
export function synth(settings: Settings): Map<string, string> {
  const app = new App()
  const { cluster } = settings
  const ownStores = cluster?.dataStores === 'in-cluster'
  const parts = [shop, ...(!cluster || cluster.chaosTools ? [chaosTools] : [])]
  const stages: readonly (readonly Chart[])[] = [
    cluster
      ? [new Namespace(app), ...(ownStores ? [new DataNamespace(app)] : []), ...(cluster.aws ? [new StorageClass(app, cluster)] : [])]
      : [],
    cluster
      ? [...(ownStores ? [new Kafka(app, settings, cluster), new Postgres(app, cluster)] : []), new Topics(app, settings, cluster)]
      : [],
    [
      ...(cluster ? [new MeshWide(app, cluster), new Ingress(app)] : []),
      ...parts.flatMap(({ policies }) => policies.map((Policy) => new Policy(app, settings))),
    ],
    parts.flatMap(({ workloads }) => workloads.map((Workload) => new Workload(app, settings))),
  ]
  return new Map(
    stages.flatMap((charts, stage) =>
      charts.map((chart): [string, string] => [`${stage}-${chart.node.id}.yaml`, Yaml.stringify(...objectsOf(chart, cluster))]),
    ),
  )
}

/** All that a cluster gets is of one set; the laptop applies nothing. */
function objectsOf(chart: Chart, cluster: ClusterSettings | undefined): Manifest[] {
  const objects: Manifest[] = chart.toJson()
  if (!cluster) return objects
  return objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata?.labels, [applySetLabel]: 'shop' } },
  }))
}

interface Manifest {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
}
