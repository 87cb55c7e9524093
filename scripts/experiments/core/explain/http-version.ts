import type { ConnectionPool } from '../traffic-policy.ts'
import type { PortName } from './situation.ts'

/** What a caller's proxy speaks to the destination; `none`: it passes bytes on and knows no requests. */
export type HttpVersion = 'HTTP/1.1' | 'HTTP/2' | 'none'

/** Names of ports that are something else to Istio (istio/istio `pkg/config/kube/conversion.go`). */
const noHttp = new Set(['tcp', 'udp', 'https', 'tls', 'mongo', 'redis', 'mysql'])

/** What Kubernetes itself calls some of them, as `appProtocol` (https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol). */
const ofKubernetes: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
}

/** The protocol that a port declares, e.g. `http2` for a port named `http2-web`; anything else is no protocol to Istio. `appProtocol` comes first. */
function protocolOf({ name = '', appProtocol }: PortName): string {
  const said = (appProtocol ?? name).toLowerCase()
  return ofKubernetes[said] ?? said.split('-')[0] ?? ''
}

/** Whether a port says that it speaks HTTP, of any version. */
export const isNamedHttp = (port: PortName): boolean => ['http', 'http2', 'grpc'].includes(protocolOf(port))

/**
 * The version of a port with a pool. A port without a telling name is sniffed: it goes on as it came, and callers that do not say otherwise
 * come with HTTP/1.1.
 */
export function httpVersion(port: PortName, { http = {} }: ConnectionPool = {}, meshUpgrades = false): HttpVersion {
  const protocol = protocolOf(port)
  if (noHttp.has(protocol)) return 'none'
  if (['grpc', 'http2'].includes(protocol)) return 'HTTP/2'
  if (http.useClientProtocol) return 'HTTP/1.1'
  if (http.h2UpgradePolicy === 'UPGRADE') return 'HTTP/2'
  return meshUpgrades && protocol === 'http' && http.h2UpgradePolicy !== 'DO_NOT_UPGRADE' ? 'HTTP/2' : 'HTTP/1.1'
}
