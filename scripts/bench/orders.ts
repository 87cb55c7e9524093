import { setTimeout as delay } from 'node:timers/promises'
import { localAccess } from '../access/local-access.ts'
import { type LoadReport, runOrderLoad } from '../load/orders.ts'
import { down } from '../local/commands/down.ts'
import { up } from '../local/commands/up.ts'
import { localPaths } from '../local/paths.ts'
import { type LocalState, readState } from '../local/state.ts'
import { type Comparison, compareReads, startGatewayWithoutSidecar } from './gateway-read.ts'
import { type Usage, usageOf } from './process-usage.ts'
import { shopPids } from './shop-pids.ts'

/** What the shop on this machine costs and carries. */
export interface ShopMeasurement {
  /** From the command to everything ready, ms. */
  readonly startMs: number
  /** CPU of all processes while nobody asks anything, in percent of one core. */
  readonly idleCpuPercent: number
  readonly memory: Usage
  readonly processes: number
  /** One order after the other: latency without a queue. */
  readonly single: LoadReport
  /** As many at once as the load generator holds: throughput. */
  readonly many: LoadReport
  readonly gateway: Comparison
}

export interface BenchOptions {
  readonly idleSeconds: number
  readonly orders: number
  readonly concurrency: number
  readonly rounds: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** A sku whose product page asks catalog, inventory and shipping. */
const page = '/v1/products/MUG-BLUE'

/**
 * Starts the shop, measures, and stops it. Everything is measured in one run on one machine, so that the ratios mean something.
 * @throws Error when a shop runs already: its load would be measured, too
 */
export async function benchOrders({ idleSeconds, orders, concurrency, rounds, progress, signal }: BenchOptions): Promise<ShopMeasurement> {
  const paths = localPaths()
  if (await readState(paths.state)) throw new Error('The shop runs already; stop it first (make down), so that its start can be measured.')
  const began = performance.now()
  await up(paths, { foreground: false, stays: false }, signal)
  const startMs = performance.now() - began
  try {
    const state = await running()
    const gatewayUrl = await (await localAccess()).gatewayUrl()
    const load = { gatewayUrl, seed: `bench-${Date.now()}`, acceptWithinMs: 30_000, endWithinMs: 120_000, signal }
    progress('warming up')
    await runOrderLoad({ ...load, seed: `${load.seed}-warm`, count: 50, concurrency: 4 })

    progress(`idle for ${idleSeconds} s`)
    const pids = shopPids(state)
    const before = usageOf(pids)
    await delay(idleSeconds * 1000, undefined, { signal })
    const after = usageOf(pids)

    progress('orders, one after the other')
    const single = await runOrderLoad({ ...load, seed: `${load.seed}-single`, count: Math.min(40, orders), concurrency: 1 })
    progress(`orders, ${concurrency} at once`)
    const many = await runOrderLoad({ ...load, seed: `${load.seed}-many`, count: orders, concurrency })

    const direct = await startGatewayWithoutSidecar(appPorts(state))
    try {
      const gateway = await compareReads(`${gatewayUrl}${page}`, `${direct.url}${page}`, {
        rounds,
        onRound: (round) => progress(`product page with and without sidecars, round ${round} of ${rounds}`),
      })
      const idleCpuPercent = ((after.cpuMs - before.cpuMs) / (idleSeconds * 1000)) * 100
      return { startMs, idleCpuPercent, memory: usageOf(pids), processes: pids.length, single, many, gateway }
    } finally {
      await direct.stop()
    }
  } finally {
    await down(paths, { purge: false })
  }
}

async function running(): Promise<LocalState> {
  const state = await readState()
  if (!state) throw new Error('The shop has ended by itself; see .local/log/breakwater.log.')
  return state
}

const appPorts = ({ replicas }: LocalState): Record<string, number[]> =>
  Object.fromEntries(
    [...Map.groupBy(replicas, ({ workload }) => workload)].map(([workload, same]) => [workload, same.map(({ app }) => app.port)]),
  )
