/** Which object. */
export interface PolicyReference {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A policy object (DestinationRule, VirtualService …) as Kubernetes holds it; only what experiments read is typed. */
export interface PolicyObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly [key: string]: unknown }
  readonly spec: Readonly<Record<string, unknown>>
}
