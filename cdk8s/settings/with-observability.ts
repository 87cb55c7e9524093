import type { Observability, Settings } from './settings.ts'

/** A cluster's settings → those of the same cluster with logs, traces and metrics collected: a target of its own, `<target>-observability`. */
export const withObservability = ({ target, cluster, ...settings }: Settings, observability: Observability): Settings => ({
  ...settings,
  target: `${target}-observability`,
  ...(cluster && { cluster: { ...cluster, observability } }),
})
