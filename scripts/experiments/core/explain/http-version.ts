import type { ConnectionPool } from '../destination-rule.ts'
import type { PortName } from './situation.ts'

/** What a caller's proxy speaks to the destination; `none`: it passes bytes on and knows no requests. */
export type HttpVersion = 'HTTP/1.1' | 'HTTP/2' | 'none'

/** Names of ports that are something else to Istio (istio/istio `pkg/config/kube/conversion.go`). */
const noHttp = new Set(['tcp', 'udp', 'https', 'tls', 'mongo', 'redis', 'mysql'])

/**
 * The version of a port with a pool. A port without a telling name is sniffed: it goes on as it came, and callers that do not say otherwise
 * come with HTTP/1.1.
 */
export function httpVersion({ name = '', appProtocol }: PortName, { http = {} }: ConnectionPool = {}, meshUpgrades = false): HttpVersion {
  const said = (appProtocol ?? name).toLowerCase()
  const [prefix = ''] = said.split('-')
  if (noHttp.has(prefix)) return 'none'
  if (said === 'kubernetes.io/h2c' || ['grpc', 'http2'].includes(prefix)) return 'HTTP/2'
  if (http.useClientProtocol) return 'HTTP/1.1'
  if (http.h2UpgradePolicy === 'UPGRADE') return 'HTTP/2'
  return meshUpgrades && prefix === 'http' && http.h2UpgradePolicy !== 'DO_NOT_UPGRADE' ? 'HTTP/2' : 'HTTP/1.1'
}
