import { NoShop } from '../cli/command-error.ts'
import type { Host, Replica, ReplicaPort } from './replica.ts'

/** Ways from this machine to the shop of a target. What enters a replica goes past its proxy: it is neither counted nor refused there. */
export interface ShopAccess {
  /** Where customers reach the gateway, without a slash at the end; who asks has signed in there (`sign-in.ts`). @throws NoShop when nothing of this machine leads there */
  gatewayUrl(): Promise<string>
  /**
   * Kafka bootstrap servers. A cluster's own broker is reached at one fixed port of this machine, by one command at a time.
   * @throws NoShop when they cannot be reached from here
   */
  brokers(): Promise<readonly string[]>
  /** In a cluster those that are ready; empty when the workload does not run. */
  replicas(workload: string): Promise<readonly Host[]>
  /** The port of 127.0.0.1 that leads to a replica's port. @throws Error when the replica is gone or has no such port */
  portOf(replica: Replica, port: ReplicaPort): Promise<number>
  /** Of the client that tools sign in as. @throws NoShop when the shop has no issuer of its own */
  toolsSecret(): Promise<string>
  /** Ends its connections; nothing else may be asked afterwards. */
  close(): Promise<void>
}

/** The URL of the app in one replica of a workload. @throws NoShop when none takes requests */
export async function appUrl(access: Pick<ShopAccess, 'replicas' | 'portOf'>, workload: string): Promise<string> {
  const [replica] = await access.replicas(workload)
  if (replica === undefined) throw new NoShop(`no replica of ${workload} takes requests; see: make status`)
  return `http://127.0.0.1:${await access.portOf(replica, 'app')}`
}
