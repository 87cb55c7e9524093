import type { Replica } from '../../access/replica.ts'
import type { Admin } from '../../envoy-admin/admin.ts'
import type { RunLock } from './run-lock.ts'

/** Puts one thing back as it was. Safe to call twice. */
export type Rollback = () => Promise<void>

export interface AppRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface AppAnswer {
  readonly status: number
  /** Parsed when it is JSON, else text. */
  readonly body: unknown
}

/** A policy object (DestinationRule, VirtualService) as Kubernetes holds it; only what experiments read is typed. */
export interface PolicyObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly [key: string]: unknown }
  readonly spec: Readonly<Record<string, unknown>>
}

/** What a killed run left behind, and how to take it away. */
export interface OrphanedFault {
  readonly description: string
  readonly remove: Rollback
}

/** Where an experiment runs. Experiments know nothing else, so the same file runs on the laptop and in a cluster. */
export interface Target {
  readonly name: 'local' | 'cluster'
  /** Where a customer reaches the gateway, e.g. `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string
  /**
   * Kafka bootstrap servers, for reading the whole log. Asked for under the lock: a cluster's broker is reached at one port of this machine.
   * @throws NoShop when they cannot be reached from here
   */
  brokers(): Promise<readonly string[]>
  /** Names of all workloads that have a proxy. */
  readonly workloads: readonly string[]
  /** Empty when the workload does not run. */
  replicas(workload: string): Promise<readonly Replica[]>
  /** The admin interface of the replica's proxy. */
  admin(replica: Replica): Admin
  /** One request to the replica's app past its proxy, so that looking does not change what is counted. */
  app(replica: Replica, port: 'app' | 'control', request: AppRequest): Promise<AppAnswer>
  /** The object in force, or undefined. */
  policy(kind: string, name: string): Promise<PolicyObject | undefined>
  /** Replaces an object in force, or with `undefined` removes it. Returns as soon as it is written: proxies follow later. */
  overridePolicy(kind: string, name: string, object: PolicyObject | undefined): Promise<void>
  /** Takes the override away; one that was never written needs none. */
  restorePolicy(kind: string, name: string): Promise<void>
  /** Policy overrides of runs that could not roll them back. */
  orphanedPolicies(): Promise<readonly OrphanedFault[]>
  /**
   * Keeps other runs of experiments away from this shop, also those of other terminals and machines, until it is released or this
   * process ends, however it ends. @throws AnotherRun while another one goes on
   */
  lock(): Promise<RunLock>
  /** Ends its connections; nothing else may be asked afterwards. */
  close(): Promise<void>
}
