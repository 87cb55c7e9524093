import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localPaths } from '../../../../scripts/local/paths.ts'
import type { PlannedReplica } from '../../../../scripts/local/plan/replicas.ts'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import { givePolicy } from '../../../../scripts/local/supervisor/give-policy.ts'
import { renderSidecars, type SidecarConfig, writeSidecars } from '../../../../scripts/local/supervisor/policy.ts'
import { startSidecar } from '../../../../scripts/local/supervisor/replica.ts'
import { xdsStatus } from '../../../../scripts/local/supervisor/xds-status.ts'
import { ensureEnvoy } from '../../../../scripts/local/tools/envoy.ts'
import { input } from '../../../unit/mesh/envoy/destination.ts'
import { outlier } from '../../../unit/mesh/envoy/strangers.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-policy-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const replica: PlannedReplica = {
  name: 'callee-0',
  workload: 'callee',
  app: 'callee',
  replica: 0,
  command: ['node'],
  env: {},
  readinessPath: '/',
}

/** What would happen if the renderer let something pass. */
const tampered = (configs: readonly SidecarConfig[]): SidecarConfig[] =>
  configs.map((config) => ({
    ...config,
    config: { ...config.config, clusters: config.config.clusters.map((cluster) => ({ ...cluster, connect_timeout: '0s' })) },
  }))

test('a policy that Envoy refuses is named with its reason, and the one before is in force again', async () => {
  const paths = localPaths({ BREAKWATER_LOCAL_DIR: folder })
  mkdirSync(paths.accessLogs, { recursive: true })
  const [app = 0, admin = 0, inbound = 0, outbound = 0] = await freePorts(4)
  const placed = [{ replica, ports: { app, admin, inbound, outbound } }]
  const policy = (errors: number) => renderSidecars(input([outlier({ consecutive5xxErrors: errors })]).manifests as never, placed, paths)
  const inForce = policy(1)
  const bootstrap = writeSidecars(inForce, paths).get(replica.name) ?? ''
  const sidecar = startSidecar(
    { replica, ports: { app, admin, inbound, outbound } },
    { envoy: await ensureEnvoy(), bootstrap, env: { PATH: process.env.PATH ?? '' } },
    {
      mark: () => ({}),
      onLines: () => undefined,
      onChange: () => undefined,
      onCrash: () => undefined,
    },
  )
  try {
    await sidecar.ready
    const giving = { paths, refusal: () => sidecar.refusal(), log: () => undefined }
    const version = async () => (await xdsStatus(admin))?.clusters.version
    const first = await version()
    await expect(givePolicy(tampered(inForce), inForce, giving)).rejects.toThrow(
      'Envoy refuses the clusters: ClusterValidationError.ConnectTimeout: value must be greater than 0s',
    )
    expect(readFileSync(join(paths.sidecars, 'callee-0', 'cds.json'), 'utf8')).not.toContain('"connect_timeout": "0s"')

    await givePolicy(policy(2), inForce, giving)
    expect(await version()).not.toBe(first)
    await givePolicy(inForce, policy(2), giving)
    expect(await version()).toBe(first)
  } finally {
    await sidecar.stop()
  }
})
