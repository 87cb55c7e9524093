import type { Line } from './line.ts'
import type { Added } from './mesh/added-latency.ts'
import type { MeshMeasurement } from './mesh.ts'

const mebi = 1024 * 1024
/** Of two sidecars of plain Istio. */
const ratioGoal = 1.2
const goals = { shopMs: 90_000, noChangeMs: 15_000, synthMs: 2_000 }

/** A measurement as lines for a person; goals are the project's own. */
export function meshReport({ latency, memory, deployMs, synthMs, requestsPerSecond }: MeshMeasurement): Line[] {
  const { setups, catalog, plain, governed, p99Ratio, noiseRatio } = latency
  const failed = Object.values(setups).reduce((sum, setup) => sum + setup.failed, 0)
  return [
    { what: `catalog at ${requestsPerSecond} requests/s, without sidecars`, measured: latencyText(setups.catalogWithout) },
    { what: 'the same through the mesh, as gateway calls it', measured: latencyText(setups.catalogWith) },
    { what: 'added by the mesh', measured: latencyText(catalog) },
    { what: 'a bare pod that echoes, without sidecars', measured: latencyText(setups.bare) },
    { what: 'added by sidecars of plain Istio', measured: latencyText(plain) },
    { what: "added by sidecars under catalog's policies", measured: latencyText(governed) },
    {
      what: 'added to p99, our policies ÷ plain Istio',
      measured: p99Ratio.toFixed(2),
      goal: `≤ ${ratioGoal}`,
      met: p99Ratio <= ratioGoal,
    },
    { what: 'noise: the same, plain Istio ÷ itself', measured: noiseRatio.toFixed(2) },
    { what: 'failed requests', measured: String(failed), goal: '0', met: failed === 0 },
    { what: `memory of the ${memory.pods} pods, apps`, measured: `${Math.round(memory.appBytes / mebi)} MiB` },
    {
      what: 'the same with their sidecars',
      measured: `${Math.round((memory.appBytes + memory.sidecarBytes) / mebi)} MiB`,
    },
    ...time('make deploy, from nothing', deployMs.fromNothing),
    ...time('make deploy, cluster and images there', deployMs.shop, goals.shopMs),
    ...time('make deploy, no change', deployMs.noChange, goals.noChangeMs),
    ...time('synth of all targets', synthMs, goals.synthMs),
  ]
}

const latencyText = ({ p50Ms, p99Ms }: Added): string => `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`

const time = (what: string, ms?: number, goal?: number): Line[] =>
  ms === undefined
    ? []
    : [{ what, measured: `${(ms / 1000).toFixed(1)} s`, ...(goal !== undefined && { goal: `≤ ${goal / 1000} s`, met: ms <= goal }) }]
