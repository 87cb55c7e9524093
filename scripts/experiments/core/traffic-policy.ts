/**
 * What the experiments read of a DestinationRule's `trafficPolicy`, which may be of any mesh: the renderer's own shape (mesh/envoy) refuses what it cannot
 * render, and the generated classes of cdk8s name fields in their own way. https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export interface TrafficPolicy {
  readonly connectionPool?: ConnectionPool
  readonly outlierDetection?: OutlierDetection
}

export interface ConnectionPool {
  readonly tcp?: { readonly maxConnections?: number }
  readonly http?: {
    readonly http1MaxPendingRequests?: number
    readonly http2MaxRequests?: number
    readonly maxRequestsPerConnection?: number
    readonly maxRetries?: number
    readonly h2UpgradePolicy?: string
    readonly useClientProtocol?: boolean
  }
}

export interface OutlierDetection {
  readonly consecutive5xxErrors?: number
  readonly consecutiveGatewayErrors?: number
  readonly consecutiveLocalOriginFailures?: number
  readonly splitExternalLocalOriginErrors?: boolean
  /** The name until 2019; istiod takes it and does nothing with it. */
  readonly consecutiveErrors?: number
  readonly interval?: string
  readonly baseEjectionTime?: string
  readonly maxEjectionPercent?: number
  readonly minHealthPercent?: number
}

/** `connectionPool` or `outlierDetection`: overridden as a whole, never field by field. */
export type BlockName = keyof TrafficPolicy
