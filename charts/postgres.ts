import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { SingleReplicaStore } from '../cdk8s/constructs/single-replica-store.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'
import { dataNamespace, images, readModelDatabase } from '../services/shared/contracts/deployment.ts'

const { user, name: database, secret } = readModelDatabase

/**
 * PostgreSQL for kind. Its password is in the Secret `order-history-database` (key `password`; in the shop's namespace the same Secret
 * has the `url`), which is made at deployment and never written into a manifest.
 */
export class Postgres extends ShopChart {
  constructor(scope: Construct, settings: Settings, { storageClass }: ClusterSettings) {
    super(scope, 'postgres', settings, dataNamespace)
    new SingleReplicaStore(this, 'postgres', {
      name: 'postgres',
      image: images.postgres,
      user: 999,
      env: [
        { name: 'POSTGRES_USER', value: user },
        { name: 'POSTGRES_DB', value: database },
        { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: 'password' } } },
        // A directory below the volume's root, which may hold `lost+found`.
        { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
      ],
      dataPath: '/var/lib/postgresql/data',
      storage: '2Gi',
      storageClass: storageClass.name,
      cpu: '50m',
      memory: '256Mi',
      scratchPaths: ['/tmp', '/var/run/postgresql'],
      ready: { exec: { command: ['pg_isready', '-U', user, '-d', database] }, periodSeconds: 2 },
    })
  }
}
