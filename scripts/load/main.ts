import { parseArgs } from 'node:util'
import { readState } from '../local/state.ts'
import { runOrderLoad } from './orders.ts'
import { loadReportText } from './report-text.ts'

const help = `Sends orders to the shop, waits until each has ended, and accounts for all of them.

  npm run -s load -- [--count 100] [--concurrency 8] [--rate <orders/s>] [--seed <text>] [--customers <count ÷ 10>]
                     [--url http://127.0.0.1:8080] [--within <s, default 60>] [--json]

The same seed and number of customers send the same orders under the same Idempotency-Keys; without --seed each load is a new one.
Exit code: 0 when every accepted order ended and none was given up, 1 otherwise, 2 for wrong usage or when no shop runs.
`

class UsageError extends Error {}

const answerWithinMs = 5_000

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new UsageError(`--${name} must be a number above 0, not '${text}'`)
  return value
}

/** Any answer will do: a shop of which parts are down takes a load, nobody at all does not. @throws UsageError */
async function someoneAnswers(entryUrl: string): Promise<void> {
  try {
    await (await fetch(entryUrl, { signal: AbortSignal.timeout(answerWithinMs) })).body?.cancel()
  } catch (error) {
    const { cause = error } = error as { cause?: unknown }
    throw new UsageError(
      `nobody answers at ${entryUrl} (${cause instanceof Error ? cause.message : String(cause)}); start the shop with: make up`,
    )
  }
}

function options() {
  try {
    return parseArgs({
      options: {
        count: { type: 'string', default: '100' },
        concurrency: { type: 'string', default: '8' },
        rate: { type: 'string' },
        seed: { type: 'string', default: Date.now().toString(36) },
        customers: { type: 'string' },
        url: { type: 'string' },
        within: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function main(): Promise<number> {
  const { count, concurrency, rate, seed, customers, url, within, json, help: isHelp } = options()
  if (isHelp) {
    process.stdout.write(help)
    return 0
  }
  const entryUrl = url ?? (await readState())?.gatewayUrl
  if (entryUrl === undefined) throw new UsageError('the shop does not run; start it with: make up (or give --url)')
  if (!URL.canParse(entryUrl)) throw new UsageError(`--url must be a URL such as http://127.0.0.1:8080, not '${entryUrl}'`)
  const withinMs = positive('within', within) * 1000
  await someoneAnswers(entryUrl)
  const report = await runOrderLoad({
    entryUrl: entryUrl.replace(/\/$/, ''),
    count: Math.floor(positive('count', count)),
    concurrency: Math.floor(positive('concurrency', concurrency)),
    ratePerSecond: rate === undefined ? undefined : positive('rate', rate),
    seed,
    customers: customers === undefined ? undefined : Math.floor(positive('customers', customers)),
    acceptWithinMs: withinMs,
    endWithinMs: withinMs,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : loadReportText(report))
  return report.lost.length === 0 && report.givenUp === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`load: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
