import { refusingLimits } from '../envoy-admin/refusing-limits.ts'
import type { ClusterStats } from '../envoy-admin/stats.ts'

/** Requests that a pool has refused: its queue was full, or (counted apart from Envoy 1.39 on) there were too many under way. */
export const refusals = (pool: ClusterStats): number =>
  (pool.get('upstream_rq_pending_overflow') ?? 0) + (pool.get('upstream_rq_active_overflow') ?? 0)

/** The limits that are reached: what comes now is refused. */
export const openLimits = (pool: ClusterStats): string[] =>
  refusingLimits.filter((limit) => (pool.get(`circuit_breakers.default.${limit}`) ?? 0) > 0)

/** Counters of Envoy's detectors: `ejections_enforced_consecutive_5xx` → `consecutive 5xx`. */
const detectors = 'outlier_detection.ejections_enforced_'

/** Ejections since the proxy started, by detector: `consecutive 5xx` → 2. */
export const ejectionsByDetector = (pool: ClusterStats): Map<string, number> =>
  new Map(
    [...pool].flatMap(([name, value]) =>
      name.startsWith(detectors) && name !== `${detectors}total` ? [[name.slice(detectors.length).replaceAll('_', ' '), value]] : [],
    ),
  )

/** The detectors that ejected between two moments, as a proxy counts them for all hosts together. */
export function ejectedBy(before: ClusterStats | undefined, pool: ClusterStats): string | undefined {
  if (before === undefined) return undefined
  const earlier = ejectionsByDetector(before)
  const causes = [...ejectionsByDetector(pool)].filter(([name, value]) => value > (earlier.get(name) ?? 0)).map(([name]) => name)
  return causes.length === 0 ? undefined : causes.join(', ')
}

/** Names (RE2) of the statistics that tell all this. */
export const statsOfBreakers = `upstream_rq_(?:pending|active)_overflow|circuit_breakers\\.default\\.(?:${refusingLimits.join('|')})|${detectors.replace('.', '\\.')}.+`
