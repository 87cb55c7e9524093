import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { tryTool } from '../cli/run-tool.ts'
import { type Benchmark, benchmark } from './benchmark.ts'
import { chooseBenchmark } from './choose-benchmark.ts'
import { benchEvents } from './events.ts'
import { eventsReport } from './events-report.ts'
import { benchGateway } from './gateway.ts'
import { gatewayReport } from './gateway-report.ts'
import { linesText } from './line.ts'
import { benchMesh } from './mesh.ts'
import { meshReport } from './mesh-report.ts'
import { benchOrders } from './orders.ts'
import { ordersReport } from './orders-report.ts'
import { benchPrecision } from './precision.ts'
import { inconclusiveOf, precisionReport } from './precision-report.ts'
import { benchWithAndWithout } from './telemetry/with-and-without.ts'
import { withAndWithoutReport } from './telemetry/with-and-without-report.ts'
import { benchTelemetry } from './telemetry.ts'
import { telemetryReport } from './telemetry-report.ts'

/** By the word on the command line. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  orders: benchmark({
    numbers: { orders: 400, concurrency: 32, rounds: 5, idle: 30 },
    run: async ({ numbers: { idle, ...numbers }, ...request }) => {
      const measured = await benchOrders({ ...numbers, idleSeconds: idle, ...request })
      return { lines: ordersReport(measured), measured }
    },
  }),
  mesh: benchmark({
    numbers: { rate: 400, connections: 4, rounds: 15, seconds: 2 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchMesh({ ...numbers, ...request })
      return { lines: meshReport(measured), measured }
    },
  }),
  events: benchmark({
    numbers: { rounds: 5, orders: 400, history: 5_000, partition: 200_000 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchEvents({ ...numbers, ...request })
      return { lines: eventsReport(measured), measured }
    },
  }),
  gateway: benchmark({
    numbers: { rounds: 5, seconds: 3, connections: 32 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchGateway({ ...numbers, ...request })
      return { lines: gatewayReport(measured), measured }
    },
  }),
  precision: benchmark({
    numbers: { runs: 100, busy: 0 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchPrecision({ ...numbers, ...request })
      return { lines: precisionReport(measured), measured, ...inconclusiveOf(measured) }
    },
  }),
  telemetry: benchmark({
    numbers: { lines: 1_000_000, searches: 1_000, rounds: 3, orders: 400, concurrency: 16, idle: 30 },
    run: async ({ numbers: { lines, searches, idle, ...numbers }, ...request }) => {
      const logs = await benchTelemetry({ lines, searches, ...request })
      const shops = await benchWithAndWithout({ ...numbers, idleSeconds: idle, ...request })
      return { lines: [...telemetryReport(logs), ...withAndWithoutReport(shops)], measured: { ...logs, shops } }
    },
  }),
}

export interface BenchOptions {
  readonly name: string
  /** Given instead of the usual ones. */
  readonly numbers: Readonly<Record<string, number>>
  /** Folder for the result. */
  readonly out: string
  readonly json: boolean
}

/**
 * `bench <name>`: measures, writes <out>/bench/<name>.json with the machine and the commit, prints the result.
 * @throws UsageError naming an unknown benchmark, or an option that it does not take
 */
export async function bench({ name, numbers: given, out, json }: BenchOptions, signal: AbortSignal): Promise<ExitCode> {
  const { benchmark: chosen, numbers } = chooseBenchmark(name, given, benchmarks)
  const { lines, measured, inconclusive } = await chosen.run({ numbers, progress: (line) => console.error(`  ${line}`), signal })
  const result = {
    name,
    at: new Date().toISOString(),
    machine: await machine(),
    lines,
    measured,
    ...(inconclusive !== undefined && { inconclusive }),
  }
  const folder = join(out, 'bench')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
  console.log(json ? JSON.stringify(result) : `${result.machine}\n\n${linesText(lines)}`)
  if (inconclusive !== undefined) console.error(`inconclusive: ${inconclusive}`)
  if (!lines.every(({ met = true }) => met)) return exitCodes.failed
  return inconclusive === undefined ? exitCodes.done : exitCodes.inconclusive
}

/** What a reader needs to judge the numbers. */
async function machine(): Promise<string> {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}, commit ${await commit()}`
}

async function commit(): Promise<string> {
  const { code, stdout } = await tryTool('git', ['rev-parse', '--short', 'HEAD'])
  return code === 0 ? stdout.trim() : 'unknown'
}
