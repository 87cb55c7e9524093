/** What of a Service's port decides its protocol. */
export interface NamedPort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly appProtocol?: string
}

/** Of names that begin with one of these, or of ports that commonly speak something else, Istio makes no HTTP. */
const others = new Set(['tcp', 'udp', 'grpc', 'grpc-web', 'http2', 'http_proxy', 'https', 'tls', 'mongo', 'redis', 'mysql'])
const neverHttp: readonly number[] = [25, 53, 3306, 27_017]

/** `http` when the port says so, `sniffed` when Istio looks at the traffic to tell; undefined when it takes it for something else. */
export function portProtocol({ name, port, protocol = 'TCP', appProtocol }: NamedPort): 'http' | 'sniffed' | undefined {
  const said = (appProtocol ?? name ?? '').toLowerCase()
  const [prefix = ''] = said.split('-')
  if (protocol !== 'TCP' || said.startsWith('grpc-web') || said.startsWith('kubernetes.io/h2c') || said === 'kubernetes.io/wss')
    return undefined
  if (prefix === 'http' || said === 'kubernetes.io/ws') return 'http'
  return others.has(prefix) || neverHttp.includes(port) ? undefined : 'sniffed'
}

/** Why the laptop does not render a port: Istio would treat it as something else than HTTP/1.1. */
export const servicePortFault = (port: NamedPort): string | undefined =>
  portProtocol(port) ? undefined : `is ${port.appProtocol ?? port.name ?? port.port}/${port.protocol ?? 'TCP'}: only HTTP is rendered`
