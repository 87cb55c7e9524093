/** Istio's kinds whose objects experiments may change, and the version by which the API server knows each. */
export const istioKinds: Readonly<Record<string, string>> = {
  DestinationRule: 'networking.istio.io/v1',
  VirtualService: 'networking.istio.io/v1',
  ServiceEntry: 'networking.istio.io/v1',
  Sidecar: 'networking.istio.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
  AuthorizationPolicy: 'security.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  RequestAuthentication: 'security.istio.io/v1',
  Telemetry: 'telemetry.istio.io/v1',
}

/** @throws Error for a kind that is none of Istio's */
export function versionOf(kind: string): string {
  const version = istioKinds[kind]
  if (version === undefined) throw new Error(`${kind} is no kind of Istio's policy; there are: ${Object.keys(istioKinds).join(', ')}`)
  return version
}
