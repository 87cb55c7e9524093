import type { Admin } from './admin.ts'

/** What a proxy runs by now, in Envoy's own field names. */
export interface ProxyConfig {
  readonly bootstrap: unknown
  readonly listeners: readonly unknown[]
  readonly clusters: readonly unknown[]
  readonly routes: readonly unknown[]
  /** Of clusters that are told their hosts by EDS. */
  readonly endpoints: readonly unknown[]
}

/** An entry of `/config_dump`: what was there from the beginning, and what was told later. */
type Section = Readonly<Record<string, unknown>>

/** Without certificates and keys, which are a section of their own. */
export async function wholeConfig(admin: Admin): Promise<ProxyConfig> {
  return toProxyConfig(JSON.parse(await admin('GET', '/config_dump?include_eds')))
}

/** The answer of `/config_dump` → what is in force. A listener that was told and is not warm yet is not. */
export function toProxyConfig({ configs = [] }: { readonly configs?: readonly Section[] }): ProxyConfig {
  const entries = (field: string): Section[] => configs.flatMap((section) => (section[field] ?? []) as Section[])
  const all = (kind: string, ...fields: string[]): unknown[] => fields.flatMap(entries).flatMap((entry) => entry[kind] ?? [])
  const active = entries('dynamic_listeners').flatMap(({ active_state: state }) => (state as Section | undefined)?.listener ?? [])
  return {
    bootstrap: configs.find(({ bootstrap }) => bootstrap !== undefined)?.bootstrap,
    listeners: [...all('listener', 'static_listeners'), ...active],
    clusters: all('cluster', 'static_clusters', 'dynamic_active_clusters'),
    routes: all('route_config', 'static_route_configs', 'dynamic_route_configs'),
    endpoints: all('endpoint_config', 'static_endpoint_configs', 'dynamic_endpoint_configs'),
  }
}
