import { openAccess } from '../access/open-access.ts'
import { signIn } from '../access/sign-in.ts'
import { UsageError } from '../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { printJson, type TargetName } from '../cli/options.ts'
import { runOrderLoad } from './orders.ts'
import { loadReportText } from './report-text.ts'
import { someoneAnswers } from './someone-answers.ts'

/** What `load` was asked for; see its help. */
export interface LoadOptions {
  readonly count: number
  readonly concurrency: number
  readonly rate?: number
  readonly seed?: string
  readonly customers?: number
  /** Of the gateway, instead of the target's. */
  readonly url?: string
  readonly target: TargetName
  /** Seconds. */
  readonly within: number
  readonly json: boolean
}

/**
 * `load`: sends orders, waits until each has ended, and prints the account of them.
 * @throws NoShop, UsageError
 */
export async function load({ url, target, ...options }: LoadOptions): Promise<ExitCode> {
  if (url !== undefined) {
    signInWith(process.env.BREAKWATER_TOKEN, url)
    return loadAt(url, options)
  }
  const access = await openAccess(target)
  try {
    return await loadAt(await access.gatewayUrl(), options)
  } finally {
    await access.close()
  }
}

/** Whoever runs a gateway elsewhere gives a token for it. */
function signInWith(token: string | undefined, url: string): void {
  if (token && URL.canParse(url)) signIn(url, async () => token)
}

async function loadAt(
  gatewayUrl: string,
  { count, concurrency, rate, seed, customers, within, json }: Omit<LoadOptions, 'url' | 'target'>,
): Promise<ExitCode> {
  if (!URL.canParse(gatewayUrl)) throw new UsageError(`--url must be a URL such as http://127.0.0.1:8080, not '${gatewayUrl}'`)
  const withinMs = within * 1000
  await someoneAnswers(gatewayUrl)
  const report = await runOrderLoad({
    gatewayUrl: gatewayUrl.replace(/\/$/, ''),
    count,
    concurrency,
    ratePerSecond: rate,
    seed: seed ?? Date.now().toString(36),
    customers,
    acceptWithinMs: withinMs,
    endWithinMs: withinMs,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  if (json) printJson(report)
  else process.stdout.write(loadReportText(report))
  return report.lost.length === 0 && report.givenUp === 0 ? exitCodes.done : exitCodes.failed
}
