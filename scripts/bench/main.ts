import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchOrders } from './orders.ts'
import { ordersReport, table } from './orders-report.ts'

const usage = `Usage: npm run -s bench -- orders [--orders 400] [--concurrency 32] [--rounds 5] [--idle 30] [--json]

  orders    starts the shop, measures start, idle CPU, memory, orders/s and the product page with and without sidecars, stops it

Writes out/bench/<name>.json with the machine and the commit. Measure on a machine that does nothing else.`

class UsageError extends Error {}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)))
try {
  process.exitCode = await bench()
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = interrupted.signal.aborted ? 130 : error instanceof UsageError || error instanceof TypeError ? 2 : 1
}

async function bench(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      orders: { type: 'string', default: '400' },
      concurrency: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '5' },
      idle: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [name] = positionals
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (name !== 'orders') throw new UsageError(`${name ? `There is no benchmark ${name}` : 'Which benchmark?'} There is: orders.`)
  const measured = await benchOrders({
    orders: positive('orders', values.orders),
    concurrency: positive('concurrency', values.concurrency),
    rounds: positive('rounds', values.rounds),
    idleSeconds: positive('idle', values.idle),
    progress: (line) => console.error(`  ${line}`),
    signal: interrupted.signal,
  })
  const lines = ordersReport(measured)
  const result = { name, at: new Date().toISOString(), machine: machine(), lines, measured }
  mkdirSync('out/bench', { recursive: true })
  writeFileSync(`out/bench/${name}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
  console.log(values.json ? JSON.stringify(result) : `${result.machine}\n\n${table(lines)}`)
  return lines.every(({ met = true }) => met) ? 0 : 1
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${option} ${text} is not a whole number above 0.`)
  return number
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
