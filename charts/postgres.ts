import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { databaseSecret } from '../cdk8s/constructs/environment.ts'
import { SingleStore } from '../cdk8s/constructs/single-store.ts'
import { type ClusterSettings, dataNamespace } from '../cdk8s/settings.ts'

/**
 * PostgreSQL for kind. Its password is in the Secret `order-history-database` (key `password`; in the shop's namespace the same Secret
 * has the `url`), which is made at deployment and never written into a manifest.
 */
export class Postgres extends Chart {
  constructor(scope: Construct, { storageClass }: ClusterSettings) {
    super(scope, 'postgres', { namespace: dataNamespace })
    new SingleStore(this, 'postgres', {
      name: 'postgres',
      image: 'postgres:17',
      user: 999,
      env: [
        { name: 'POSTGRES_USER', value: 'breakwater' },
        { name: 'POSTGRES_DB', value: 'order_history' },
        { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: databaseSecret.name, key: 'password' } } },
        // A directory below the volume's root, which may hold `lost+found`.
        { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
      ],
      dataPath: '/var/lib/postgresql/data',
      storage: '2Gi',
      storageClass,
      cpu: '50m',
      memory: '256Mi',
      scratchPaths: ['/tmp', '/var/run/postgresql'],
      ready: { exec: { command: ['pg_isready', '-U', 'breakwater', '-d', 'order_history'] }, periodSeconds: 2 },
    })
  }
}
