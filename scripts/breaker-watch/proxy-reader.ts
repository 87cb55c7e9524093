import type { Admin } from '../envoy-admin/admin.ts'
import { type BreakerRule, breakerRules } from '../envoy-admin/breaker-rules.ts'
import { type ClusterSnapshot, readClusters } from './snapshot.ts'

/** How the breakers of one proxy are read. */
export interface ProxyReader {
  /**
   * The clusters that lead to other workloads, by Envoy's names. @param options.latency whether to read how long answers took, too
   * @throws Error when the proxy does not answer
   */
  read(atMs: number, options?: { readonly latency?: boolean }): Promise<ReadonlyMap<string, ClusterSnapshot>>
  /** The rules in force, by the same names; none where nobody tells. */
  rules(): Promise<ReadonlyMap<string, BreakerRule>>
}

/** By its admin interface. */
export const adminReader = (admin: Admin): ProxyReader => ({
  read: (atMs, options) => readClusters(admin, atMs, options),
  rules: () => breakerRules(admin),
})
