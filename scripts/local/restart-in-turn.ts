import { setTimeout as pause } from 'node:timers/promises'
import { CommandError } from '../cli/command-error.ts'
import type { Control } from './control.ts'

/** A service starts within 2 s here; on a busy machine it needs several times as long. */
const readyWithinMs = 60_000
const lookEveryMs = 100

export interface RestartInTurn {
  readonly signal: AbortSignal
  /** Takes each replica when it is ready again. */
  readonly onReady?: (replica: string) => void
  readonly readyWithinMs?: number
}

/**
 * Restarts the replicas of a workload one after the other, each when the one before is ready: what a rollout does in a cluster, with one
 * replica less in the meantime instead of one more. A caller that dies leaves the rest as they are.
 * @returns their names
 * @throws CommandError when one is not ready in time; the rest are left alone then
 */
export async function restartInTurn(shop: Pick<Control, 'state' | 'restart'>, workload: string, options: RestartInTurn): Promise<string[]> {
  const { signal, onReady, readyWithinMs: within = readyWithinMs } = options
  const { replicas } = await shop.state()
  const members = replicas.filter((replica) => replica.workload === workload)
  for (const { name, app } of members) {
    signal.throwIfAborted()
    await shop.restart(name)
    await readyAnew(shop, name, app.pid, { within, signal })
    onReady?.(name)
  }
  return members.map(({ name }) => name)
}

/** Until another process than `before` is ready. */
async function readyAnew(
  shop: Pick<Control, 'state'>,
  name: string,
  before: number | undefined,
  { within, signal }: { within: number; signal: AbortSignal },
): Promise<void> {
  const until = performance.now() + within
  for (;;) {
    const replica = (await shop.state()).replicas.find((one) => one.name === name)
    if (replica?.status === 'ready' && replica.app.pid !== undefined && replica.app.pid !== before) return
    if (performance.now() > until) throw new CommandError(`${name} is not ready ${within / 1000} s after its restart: make logs OF=${name}`)
    await pause(lookEveryMs, undefined, { signal })
  }
}
