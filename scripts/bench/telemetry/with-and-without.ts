import { setTimeout as delay } from 'node:timers/promises'
import { runOrderLoad } from '../../load/orders.ts'
import { type Usage, usageOf } from '../process-usage.ts'
import { shopPids } from '../shop-pids.ts'
import { type RunningShop, startShop } from './running-shop.ts'

/** Orders that a new shop took, as many at once as were asked for. */
export interface Block {
  readonly confirmedPerSecond: number
  /** Of all processes of the shop. */
  readonly cpuMsPerOrder: number
  readonly lost: number
  /** After the orders. */
  readonly memory: Usage
  readonly processes: number
}

/** What logs and traces cost a shop. */
export interface WithAndWithout {
  /** In turns, so that both see the same machine. */
  readonly rounds: readonly { readonly on: Block; readonly off: Block }[]
  /** With logs and traces, while nobody asks anything, in percent of one core. */
  readonly idleCpuPercent: number
}

export interface WithAndWithoutOptions {
  readonly rounds: number
  /** Of each block. */
  readonly orders: number
  /** How many of them at once. */
  readonly concurrency: number
  readonly idleSeconds: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

const warmUp = { orders: 150, concurrency: 8 }

const allOff = { BREAKWATER_TELEMETRY: 'off', BREAKWATER_CONSOLE: 'off' }

/**
 * Starts a shop with logs, traces and the console, and one without, again and again, and sends orders to it. Only one runs at a time: each
 * of its proxies takes some of the few watches (inotify) that a user of Linux has.
 */
export async function benchWithAndWithout(options: WithAndWithoutOptions): Promise<WithAndWithout> {
  const { rounds: count, idleSeconds, progress, signal } = options
  let idleCpuPercent: number | undefined
  const on = (): Promise<Block> =>
    withShop({}, signal, async (shop) => {
      idleCpuPercent ??= await idle(shop, idleSeconds, signal)
      return sendOrders(shop, options)
    })
  const off = (): Promise<Block> => withShop(allOff, signal, (shop) => sendOrders(shop, options))

  const rounds: { on: Block; off: Block }[] = []
  for (let round = 1; round <= count; round += 1) {
    // What comes first is another one each time: the machine may become slower or faster meanwhile.
    const first = round % 2 === 0 ? await on() : undefined
    const without = await off()
    const withIt = first ?? (await on())
    rounds.push({ on: withIt, off: without })
    progress(
      `round ${round} of ${count}: ${withIt.confirmedPerSecond} orders/s with logs and traces, ${without.confirmedPerSecond} without`,
    )
  }
  return { rounds, idleCpuPercent: idleCpuPercent ?? Number.NaN }
}

async function withShop<T>(
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
  work: (shop: RunningShop) => Promise<T>,
): Promise<T> {
  const shop = await startShop(settings, signal)
  try {
    await runOrderLoad({ ...loadOf(shop, signal), seed: 'bench-warm', count: warmUp.orders, concurrency: warmUp.concurrency })
    return await work(shop)
  } finally {
    await shop.stop()
  }
}

async function idle(shop: RunningShop, seconds: number, signal: AbortSignal): Promise<number> {
  const pids = shopPids(await shop.state())
  const before = usageOf(pids)
  await delay(seconds * 1000, undefined, { signal })
  return ((usageOf(pids).cpuMs - before.cpuMs) / (seconds * 1000)) * 100
}

async function sendOrders(
  shop: RunningShop,
  { orders, concurrency, signal }: Pick<WithAndWithoutOptions, 'orders' | 'concurrency' | 'signal'>,
): Promise<Block> {
  const pids = shopPids(await shop.state())
  const before = usageOf(pids)
  const { confirmedPerSecond, lost } = await runOrderLoad({ ...loadOf(shop, signal), seed: 'bench', count: orders, concurrency })
  const memory = usageOf(pids)
  return { confirmedPerSecond, cpuMsPerOrder: (memory.cpuMs - before.cpuMs) / orders, lost: lost.length, memory, processes: pids.length }
}

const loadOf = ({ gatewayUrl }: RunningShop, signal: AbortSignal) => ({
  gatewayUrl,
  acceptWithinMs: 30_000,
  endWithinMs: 120_000,
  signal,
})
