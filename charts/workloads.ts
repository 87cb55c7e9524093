import { identity } from '../services/shared/contracts/identity.ts'
import type { WorkloadName } from '../services/shared/contracts/topology.ts'

/** What a workload's pods get, besides what topology implies. */
export interface WorkloadRow {
  /** Requested; no limit, because throttling a Node process only adds latency. */
  readonly cpu: string
  /** Requested, and the limit. */
  readonly memory: string
  /** Variables that its `config.ts` reads. */
  readonly env?: Readonly<Record<string, string>>
  /** Container ports, name → number, that are in no Service. */
  readonly privatePorts?: Readonly<Record<string, number>>
  /** A Secret whose keys are files of this folder. */
  readonly secretFiles?: { readonly secret: string; readonly folder: string }
  /** Versions without pods, until `npx breakwater traffic split` gives one traffic. */
  readonly versionsToCome?: readonly string[]
}

/** Where httpbin's latches are released: in no Service, because the breaker under test also limits what its sidecar lets in. */
const latchPort = 8081

/** Where identity finds its keys; on a laptop that is a folder of the shop. */
const identityFolder = '/etc/identity'

/** Every workload of topology: one without a row does not compile. */
export const workloadRows: Readonly<Record<WorkloadName, WorkloadRow>> = {
  // Only /tmp can be written to; it outlives the process.
  gateway: { cpu: '200m', memory: '256Mi', env: { STATE_FILE: '/tmp/gateway/state.json' } },
  catalog: { cpu: '100m', memory: '256Mi', versionsToCome: ['v2'] },
  orders: { cpu: '200m', memory: '256Mi' },
  payments: { cpu: '100m', memory: '256Mi' },
  inventory: { cpu: '100m', memory: '256Mi' },
  shipping: { cpu: '100m', memory: '256Mi' },
  notifications: { cpu: '50m', memory: '256Mi' },
  'order-history': { cpu: '200m', memory: '768Mi' },
  identity: {
    cpu: '50m',
    memory: '192Mi',
    env: { IDENTITY_FOLDER: identityFolder },
    secretFiles: { secret: identity.secret, folder: identityFolder },
  },
  httpbin: { cpu: '50m', memory: '192Mi', env: { CONTROL_PORT: String(latchPort) }, privatePorts: { control: latchPort } },
  probe: { cpu: '50m', memory: '192Mi' },
}
