import type { Host, Replica } from '../../access/replica.ts'
import type { Admin } from '../../envoy-admin/admin.ts'
import type { Action, Rollback } from './action.ts'
import type { Destination, Workload } from './destination.ts'
import type { Declared } from './explain/situation.ts'
import type { PolicyObject, PolicyReference } from './policy-object.ts'

import type { RunLock } from './run-lock.ts'

/** What a killed run left behind, and how to take it away. */
export interface OrphanedFault {
  readonly description: string
  /** Name of the replica it is in; absent when it is in none. */
  readonly replica?: string
  readonly remove: Rollback
}

/** How a request enters a caller's proxy as if the caller's app had sent it: to `origin`, with `host` as its Host header. */
export interface Outbound {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly host: string
}

/** The mesh an experiment runs in. Experiments know nothing else, so the same file runs on the laptop and in a cluster. */
export interface Target {
  readonly name: 'local' | 'cluster'
  /** Replicas that take traffic; empty when the workload does not run. */
  replicas(workload: Workload): Promise<readonly Replica[]>
  /** The replicas behind a destination; empty when there is no such Service, or none of its replicas takes traffic. */
  hosts(destination: Destination): Promise<readonly Host[]>
  /** All replicas with a proxy in which a run may have left something. */
  proxies(): Promise<readonly Replica[]>
  /** The admin interface of the replica's proxy. */
  admin(replica: Replica): Admin
  /** @throws Error when `openOutbound` is not in force, in a mesh that needs it */
  outbound(caller: Replica, destination: Destination): Promise<Outbound>
  /** What makes `outbound` possible for all replicas of a caller: nothing on the laptop, in a cluster a listener of our own in their proxies. */
  openOutbound(caller: Workload, destination: Destination): Promise<Action>
  /** What makes faults in the proxies of these hosts possible (`http-fault.ts`); nothing where the fault filter is there already. */
  openFaults(destination: Destination): Promise<Action>
  /** All that is written for calls from a workload to a destination, to explain what they met. */
  declared(caller: Workload, destination: Destination): Promise<Declared>
  /** The object in force, or undefined. */
  policy(reference: PolicyReference): Promise<PolicyObject | undefined>
  /**
   * Replaces an object in force, creates one that is not there, or with `undefined` removes it. Returns as soon as it is written: proxies
   * follow later.
   */
  overridePolicy(reference: PolicyReference, object: PolicyObject | undefined): Promise<void>
  /** Takes the override away; one that was never written needs none. */
  restorePolicy(reference: PolicyReference): Promise<void>
  /** What runs that were killed could not take away: changed policy, listeners, filters, localities, replicas that are paused or held dead. */
  orphans(): Promise<readonly OrphanedFault[]>
  /**
   * Ends the replica without a farewell. Whoever keeps it running starts another one; with `hold` not before `resume`.
   * @throws Error for `hold` where nobody can (a cluster)
   */
  kill(replica: Replica, options?: { readonly hold?: boolean }): Promise<void>
  /**
   * Kills the replica's app in its place, where it is started again: callers learn of it by what they ask meanwhile. `kill` tells a cluster to
   * take the pod away, which it tells callers first. Absent where nobody can, or where `kill` does the same.
   */
  crash?(replica: Replica): Promise<void>
  /** Stops the replica's app where it is: it takes connections and answers nothing. Absent where nobody can. */
  pause?(replica: Replica): Promise<void>
  /** Lets go what is paused or held dead; safe to call for any other replica, and for one that is gone. */
  resume(replica: Replica): Promise<void>
  /**
   * Puts the replica into a locality (`<region>.<zone>`), or with undefined back to where it was, also one that is gone. Returns as soon as
   * it is written: proxies follow later.
   */
  setLocality(replica: Replica, locality: string | undefined): Promise<void>
  /** Ends and starts the workload's replicas one after another, in order; returns when all are ready again. */
  restart(workload: Workload): Promise<void>
  /**
   * Keeps other runs of experiments away from this mesh, also those of other terminals and machines, until it is released or this
   * process ends, however it ends. @throws AnotherRun while another one goes on
   */
  lock(): Promise<RunLock>
  /** Ends its connections; nothing else may be asked afterwards. */
  close(): Promise<void>
}
