import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { SingleReplicaStore } from '../cdk8s/constructs/single-replica-store.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'
import { dataNamespace } from '../services/shared/contracts/deployment.ts'

/** Counters of keys take a few hundred bytes each. When it is full, writes fail instead of making room: a counter that is dropped is a quota for nothing. */
const settings = {
  dir: '/data',
  save: '',
  // Quotas of a month outlive a restart, but for the last second.
  appendonly: 'yes',
  appendfsync: 'everysec',
  maxmemory: '96mb',
  'maxmemory-policy': 'noeviction',
  // Nobody but the gateway reaches it: a network policy says so.
  'protected-mode': 'no',
}

/** Redis or Valkey: where the gateway's replicas count requests together. Images of both have `redis-server`, and the same numeric user. */
export class Redis extends ShopChart {
  constructor(scope: Construct, shop: Settings, { storageClass }: ClusterSettings, { image }: NonNullable<ClusterSettings['redis']>) {
    super(scope, 'redis', shop, dataNamespace)
    new SingleReplicaStore(this, 'redis', {
      name: 'redis',
      image,
      user: 999,
      command: ['redis-server', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
      env: [],
      dataPath: '/data',
      storage: '1Gi',
      storageClass: storageClass.name,
      cpu: '10m',
      memory: '128Mi',
      scratchPaths: [],
      ready: { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 5 },
      clients: ['gateway'],
    })
  }
}
