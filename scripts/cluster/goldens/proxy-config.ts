import { runTool } from '../../cli/run-tool.ts'
import { destinationHost, scratchNamespace } from './scratch-destination.ts'
import { type Json, toSnakeCase } from './snake-case.ts'

/** What istiod has told a proxy about one Service. */
export interface RecordedPolicy {
  /** Of the Service, its subsets, and the app beside the proxy. */
  readonly clusters: readonly Json[]
  /** The Service's virtual host in the routes of port 80. */
  readonly virtualHost: Json
}

/** Asks a pod's proxy through istioctl. Field names are Envoy's own. @returns undefined while the proxy has no routes of the Service */
export async function proxyConfig(context: string, pod: string): Promise<RecordedPolicy | undefined> {
  const ask = async (...args: string[]): Promise<readonly Json[]> => {
    const answer = await runTool('istioctl', ['--context', context, 'proxy-config', ...args, `${pod}.${scratchNamespace}`, '-o', 'json'])
    const parsed: Json[] = JSON.parse(answer)
    return parsed.map(toSnakeCase)
  }
  const [outbound, inbound, routes] = await Promise.all([
    ask('cluster', '--fqdn', destinationHost, '--direction', 'outbound'),
    ask('cluster', '--direction', 'inbound', '--port', '8080'),
    ask('route', '--name', '80'),
  ])
  const hosts = routes.flatMap(({ virtual_hosts }) => (Array.isArray(virtual_hosts) ? (virtual_hosts as Json[]) : []))
  const virtualHost = hosts.find(({ name }) => name === `${destinationHost}:80`)
  return virtualHost && { clusters: [...outbound, ...inbound].toSorted(byName), virtualHost }
}

const byName = (a: Json, b: Json): number => String(a.name).localeCompare(String(b.name))

/** The resource that a cluster or route was made from, as istiod notes it: `…/namespaces/shop/destination-rule/canary`. */
export function madeFrom(resource: Json | undefined): string {
  const { istio } = objectAt(objectAt(resource, 'metadata'), 'filter_metadata')
  return String(objectAt({ istio }, 'istio').config ?? '')
}

function objectAt(parent: Json | undefined, field: string): Json {
  const value = parent?.[field]
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
