import type { k8s } from 'cdk8s-plus-27'
import { databaseAuthoritySecret } from '../../services/shared/contracts/deployment.ts'
import type { WorkloadName } from '../../services/shared/contracts/topology.ts'
import type { Settings } from '../settings/settings.ts'
import { storesOf } from '../workloads.ts'

const folder = '/etc/database-ca'

/** What a pod needs to check the database's certificate. */
export interface DatabaseTls {
  readonly env: readonly k8s.EnvVar[]
  readonly volumes: readonly k8s.Volume[]
  readonly mounts: readonly k8s.VolumeMount[]
}

/** Nothing for a workload without database, or where the connection is plain. */
export const databaseTls = (name: WorkloadName, { cluster }: Settings): DatabaseTls =>
  cluster?.databaseTls && storesOf(name).includes('postgres')
    ? {
        env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${folder}/ca.pem` }],
        volumes: [{ name: 'database-ca', secret: { secretName: databaseAuthoritySecret } }],
        mounts: [{ name: 'database-ca', mountPath: folder, readOnly: true }],
      }
    : { env: [], volumes: [], mounts: [] }
