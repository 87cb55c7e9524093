import { workloadNames } from '../../services/shared/contracts/topology.ts'
import { localPaths } from '../local/paths.ts'
import { type LocalState, type ReplicaState, readState } from '../local/state.ts'
import { localPolicy } from './local-policy.ts'
import type { AppAnswer, Replica, Target } from './target.ts'

/** The shop does not run, or not all of it. */
export class ShopNotRunning extends Error {
  override readonly name = 'ShopNotRunning'
}

const timeoutMs = 10_000

/**
 * The shop on this machine, as its supervisor describes it.
 * @throws ShopNotRunning
 */
export async function localTarget(): Promise<Target> {
  const paths = localPaths()
  const { gatewayUrl, brokers, policyDirectory } = await running()
  const policy = localPolicy(paths.manifests, policyDirectory)
  return {
    name: 'local',
    entryUrl: gatewayUrl.replace(/\/$/, ''),
    brokers: brokers.split(','),
    // Read again each time: a replica that was restarted may have moved.
    replicas: async (workload) => (await running()).replicas.filter((replica) => replica.workload === workload).flatMap(asReplica),
    admin: async (replica, method, path) => {
      const { sidecar } = await stateOf(replica)
      const response = await fetch(`http://127.0.0.1:${sidecar.adminPort}${path}`, { method, signal: AbortSignal.timeout(timeoutMs) })
      const text = await response.text()
      if (!response.ok)
        throw new Error(`the proxy of ${replica.name} answered ${response.status} to ${method} ${path}: ${text.trim().slice(0, 200)}`)
      return text
    },
    app: async (replica, port, { method, path, body }) => {
      const { app } = await stateOf(replica)
      const number = port === 'app' ? app.port : app.controlPort
      if (number === undefined) throw new Error(`${replica.name} has no control port`)
      const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const response = await fetch(`http://127.0.0.1:${number}${path}`, { method, ...json, signal: AbortSignal.timeout(timeoutMs) })
      return answer(response.status, await response.text())
    },
    policy: policy.read,
    overridePolicy: policy.override,
    policyLeftovers: policy.leftovers,
  }
}

async function running(): Promise<LocalState> {
  const state = await readState()
  if (state === undefined) throw new ShopNotRunning('the shop does not run; start it with: make up')
  if (state.readyAt === undefined) throw new ShopNotRunning('the shop is still starting; see: make status')
  return state
}

async function stateOf({ name }: Replica): Promise<ReplicaState> {
  const found = (await running()).replicas.find((replica) => replica.name === name)
  if (found === undefined) throw new Error(`${name} is gone`)
  return found
}

function asReplica({ workload, name, sidecar }: ReplicaState): Replica[] {
  const known = workloadNames.find((candidate) => candidate === workload)
  return known === undefined ? [] : [{ workload: known, name, address: `127.0.0.1:${sidecar.inboundPort}` }]
}

function answer(status: number, text: string): AppAnswer {
  try {
    return { status, body: JSON.parse(text) }
  } catch {
    return { status, body: text }
  }
}
