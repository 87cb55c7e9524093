import { setTimeout as pause } from 'node:timers/promises'
import { assignPorts, portsNeeded } from '../plan/ports.ts'
import { planReplicas } from '../plan/replicas.ts'
import { freePorts } from '../processes/free-ports.ts'
import type { LivePolicy } from './live-policy.ts'
import type { RunningReplica } from './replica.ts'
import type { Shop } from './shop.ts'

/** A service loads and replays its log; on a busy machine that takes several times as long as alone. */
const readyWithinMs = 90_000

export interface Scaling {
  readonly shop: Pick<Shop, 'replicas' | 'start'>
  readonly policy: Pick<LivePolicy, 'manifests' | 'join' | 'readmit' | 'leave'>
  readonly gatewayPort: number
  /** Whether all is being stopped, so that nothing may be started any more. */
  readonly stopping: () => boolean
  readonly onChange: () => void
}

/**
 * Gives a Deployment this many replicas, as `kubectl scale` does: new ones get requests when they are ready, and others none from before
 * they end. Those of the highest numbers go first.
 * @throws Error when there is no such Deployment, or a new replica is not ready in time; the new ones are stopped again then
 */
export async function scale(deployment: string, count: number, scaling: Scaling): Promise<void> {
  const { policy, shop } = scaling
  const declared = policy.manifests().filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === deployment)
  if (declared.length === 0) throw new Error(`There is no Deployment ${deployment}.`)
  const running = shop.replicas.filter(({ replica }) => replica.workload === deployment)
  const excess = running.filter(({ replica }) => replica.replica >= count)
  if (excess.length > 0) await remove(excess, scaling)
  const known = new Set(running.map(({ replica }) => replica.name))
  const missing = planReplicas(declared, new Map([[deployment, count]])).filter(({ name }) => !known.has(name))
  if (missing.length === 0) return
  const placed = assignPorts(missing, scaling.gatewayPort, await freePorts(portsNeeded(missing), scaling.gatewayPort))
  const bootstraps = await policy.join(placed)
  if (scaling.stopping()) throw new Error('The shop is being stopped.')
  const started = placed.map((place) => shop.start(place, bootstraps.get(place.replica.name) ?? ''))
  shop.replicas.push(...started)
  scaling.onChange()
  try {
    await Promise.all(started.map(ready))
  } catch (error) {
    await remove(started, scaling)
    throw error
  }
  await policy.readmit(...missing.map(({ name }) => name))
}

async function remove(gone: readonly RunningReplica[], { shop, policy, onChange }: Scaling): Promise<void> {
  await policy.leave(gone.map(({ replica }) => replica.name))
  await Promise.all(gone.map(({ app }) => app.stop()))
  await Promise.all(gone.map(({ sidecar }) => sidecar.stop()))
  for (const replica of gone) shop.replicas.splice(shop.replicas.indexOf(replica), 1)
  onChange()
}

async function ready({ replica, app, sidecar }: RunningReplica): Promise<void> {
  const timer = new AbortController()
  const late = pause(readyWithinMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${replica.name} is not ready after ${readyWithinMs / 1000} s: ${app.why() || sidecar.why()}.`)
  })
  late.catch(() => {})
  try {
    await Promise.race([Promise.all([app.ready, sidecar.ready]), late])
  } finally {
    timer.abort()
  }
}
