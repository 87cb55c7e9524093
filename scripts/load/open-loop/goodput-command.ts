import { openAccess } from '../../access/open-access.ts'
import { UsageError } from '../../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { printJson, type TargetName } from '../../cli/options.ts'
import { someoneAnswers } from '../someone-answers.ts'
import type { ArrivalProcess } from './arrivals.ts'
import { type Goodput, goodputOf } from './goodput.ts'
import { goodputText } from './goodput-text.ts'
import { Generator } from './open-loop.ts'

/** What `goodput` was asked for; see its help. */
export interface GoodputOptions {
  /** Requests/s. */
  readonly rate: number
  /** Of what is counted; the warm-up comes before. */
  readonly seconds: number
  readonly warmUp: number
  /** ms. */
  readonly deadline: number
  /** ms. */
  readonly giveUp?: number
  readonly arrivals: ArrivalProcess
  readonly seed: number
  /** Of the gateway, instead of the target's. */
  readonly url?: string
  readonly target: TargetName
  readonly json: boolean
}

/** What a server that answers nothing costs at most: connections of this process. */
export const mostOpen = 4096

/**
 * `goodput`: sends GET requests at a rate, whatever becomes of them, and prints how many were answered in time.
 * @throws NoShop, UsageError
 */
export async function measureGoodput(
  path: string,
  { url, target, json, ...options }: GoodputOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (!path.startsWith('/')) throw new UsageError(`the path begins with a slash, as in /v1/products, not '${path}'`)
  if (url !== undefined && !URL.canParse(url)) throw new UsageError(`--url must be a URL such as http://127.0.0.1:8080, not '${url}'`)
  const access = url === undefined ? await openAccess(target) : undefined
  try {
    const goodput = await measure(new URL(url ?? (await access?.gatewayUrl()) ?? '').origin, path, options, signal)
    if (json) printJson(goodput)
    else process.stdout.write(goodputText(goodput, options.deadline))
    return goodput.generator.inconclusive === undefined ? exitCodes.done : exitCodes.inconclusive
  } finally {
    await access?.close()
  }
}

async function measure(
  origin: string,
  path: string,
  { rate, seconds, warmUp, deadline, giveUp = 4 * deadline, arrivals, seed }: Omit<GoodputOptions, 'url' | 'target' | 'json'>,
  signal: AbortSignal,
): Promise<Goodput> {
  await someoneAnswers(origin)
  const generator = new Generator()
  try {
    const samples = await generator.run(
      { origin, path, process: arrivals, rate, seconds: warmUp + seconds, seed, giveUpMs: giveUp, mostOpen },
      signal,
    )
    return goodputOf(samples, { deadlineMs: deadline, warmUpMs: warmUp * 1000 })
  } finally {
    generator.stop()
  }
}
