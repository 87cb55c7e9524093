import type { Replica } from '../../access/replica.ts'
import type { Share } from '../../traffic-split/canary-routes.ts'
import type { Target } from '../core/target.ts'

export interface AppRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface AppAnswer {
  readonly status: number
  /** Parsed when it is JSON, else text. */
  readonly body: unknown
}

/** The mesh that the shop runs in, with what is special to the shop. */
export interface ShopTarget extends Target {
  /** Where a customer reaches the gateway, e.g. `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string
  /**
   * Kafka bootstrap servers, for reading the whole log. Asked for under the lock: a cluster's broker is reached at one port of this machine.
   * @throws NoShop when they cannot be reached from here
   */
  brokers(): Promise<readonly string[]>
  /** Of the shop's own broker; undefined of brokers that are somebody else's. */
  kafkaVersion(): Promise<string | undefined>
  /** One request to the replica's app past its own proxy, so that looking does not change what is counted. */
  app(replica: Replica, port: 'app' | 'control', request: AppRequest): Promise<AppAnswer>
  /** Ends the broker without a farewell; it is started again, with `hold` (on the laptop) not before `resumeBroker`. @throws Error when it is somebody else's */
  killBroker(options?: { readonly hold?: boolean }): Promise<void>
  /**
   * Gives a version of a Service's replicas a share of its requests, live, or with undefined takes all back: nothing of it stays then, and
   * the version has no replicas.
   */
  splitTraffic(service: string, wanted: Share | undefined): Promise<void>
  /** Safe to call when it runs. */
  resumeBroker(): Promise<void>
}
