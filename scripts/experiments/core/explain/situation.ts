import type { Check } from '../../../checks/check.ts'
import type { Destination } from '../destination.ts'
import type { PolicyObject } from '../policy-object.ts'

/** Which part of a policy was claimed to do something. `hung`: pool and time-out together, when nobody answers. */
export type Judged = 'pool' | 'ejection' | 'retry' | 'timeout' | 'hung'

/** What a broken host did: it answered a status, took its time (`Infinity`: it hung), or took no connection. */
export type Fault = { readonly status: number } | { readonly delayMs: number } | 'no-connection'

/** How a Service declares the destination's port. */
export interface PortName {
  readonly name?: string
  readonly appProtocol?: string
}

/** A workload whose proxies keep a breaker towards the destination. */
export interface Caller {
  readonly namespace: string
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>
  /** How many of them called: each keeps its own breaker. */
  readonly replicas: number
}

/** What a run has seen; what is not known explains nothing. */
export interface Seen {
  /** From the fault on until the run gave up. */
  readonly watchedMs?: number
  /** Failures of the broken host that one caller's proxy counted. */
  readonly failuresPerCaller?: number
  /** Requests that one caller's proxy had at once. */
  readonly atOncePerCaller?: number
  /** Errors that the callers' apps got. */
  readonly callerErrors?: number
}

/** What of a mesh can explain what calls met. */
export interface Declared {
  /** DestinationRules and VirtualServices of all namespaces, as Kubernetes holds them; those that do not touch the destination may be among them. */
  readonly policies: readonly PolicyObject[]
  readonly port: PortName
  /** Of the caller's pods. */
  readonly callerLabels: Readonly<Record<string, string>>
}

/** A run whose checks are to be explained. */
export interface Situation {
  readonly judged: Judged
  readonly destination: Destination
  readonly port: PortName
  readonly caller: Caller
  readonly policies: Declared['policies']
  /** Hosts of the destination in the caller's proxy. */
  readonly hosts: number
  /** How many of them were to be ejected at once. Default 1. */
  readonly broken?: number
  readonly fault?: Fault
  /** Of the request that was sent, to tell which route it took. Default: GET of `/`. */
  readonly request?: { readonly method: string; readonly path: string }
  readonly seen?: Seen
  readonly checks: readonly Check[]
  /** MeshConfig: where rules for everybody are. Default `istio-system`. */
  readonly rootNamespace?: string
  /** MeshConfig: whether calls between sidecars become HTTP/2. Default no. */
  readonly meshUpgradesToHttp2?: boolean
}
