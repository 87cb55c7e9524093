import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { type Benchmark, benchmark } from './benchmark.ts'
import { benchEvents } from './events.ts'
import { eventsReport } from './events-report.ts'
import { linesText } from './line.ts'
import { benchMesh } from './mesh.ts'
import { meshReport } from './mesh-report.ts'
import { benchOrders } from './orders.ts'
import { ordersReport } from './orders-report.ts'
import { parseCommand, UsageError } from './parse-command.ts'

/** By the word on the command line, in the order of the help. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  orders: benchmark({
    summary: 'starts the shop, measures start, idle CPU, memory, orders/s and the product page with and without sidecars, stops it',
    numbers: { orders: 400, concurrency: 32, rounds: 5, idle: 30 },
    run: async ({ numbers: { idle, ...numbers }, ...request }) => {
      const measured = await benchOrders({ ...numbers, idleSeconds: idle, ...request })
      return { lines: ordersReport(measured), measured }
    },
  }),
  mesh: benchmark({
    summary: 'deploys to kind, measures what the mesh adds to a call and to memory, beside plain Istio, and how long deployments take',
    numbers: { rate: 400, connections: 4, rounds: 15, seconds: 2 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchMesh({ ...numbers, ...request })
      return { lines: meshReport(measured), measured }
    },
  }),
  events: benchmark({
    summary:
      'on a broker of its own: transactions, micro-batches, folding, snapshots, a long log written, verified and rebuilt; then orders through the whole shop',
    numbers: { rounds: 5, orders: 400, history: 5_000, partition: 200_000 },
    run: async ({ numbers, ...request }) => {
      const measured = await benchEvents({ ...numbers, ...request })
      return { lines: eventsReport(measured), measured }
    },
  }),
}

const optionsOf = ({ numbers }: Benchmark): string =>
  Object.entries(numbers)
    .map(([name, value]) => ` [--${name} ${value}]`)
    .join('')

const usage = `Usage: npm run -s bench -- <name> [--json]

${Object.entries(benchmarks)
  .map(([name, known]) => `  ${name}${optionsOf(known)}\n      ${known.summary}\n`)
  .join('')}
Writes out/bench/<name>.json with the machine and the commit. Exit code 1 when a goal is missed. Measure on a machine that does nothing else.`

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)))
try {
  process.exitCode = await bench(process.argv.slice(2))
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = interrupted.signal.aborted ? 130 : error instanceof UsageError ? 2 : 1
}

async function bench(args: string[]): Promise<number> {
  const command = parseCommand(args, benchmarks)
  if (command === 'help') {
    console.log(usage)
    return 0
  }
  const { name, numbers, json } = command
  const { lines, measured } = await command.benchmark.run({
    numbers,
    progress: (line) => console.error(`  ${line}`),
    signal: interrupted.signal,
  })
  const result = { name, at: new Date().toISOString(), machine: machine(), lines, measured }
  mkdirSync('out/bench', { recursive: true })
  writeFileSync(`out/bench/${name}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
  console.log(json ? JSON.stringify(result) : `${result.machine}\n\n${linesText(lines)}`)
  return lines.every(({ met = true }) => met) ? 0 : 1
}

/** What a reader needs to judge the numbers. */
function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}, commit ${commit()}`
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
