import { setTimeout as delay } from 'node:timers/promises'
import type { WorkloadName } from '../../services/shared/contracts/topology.ts'

import { NoShop } from '../cli/command-error.ts'
import { type LoadReport, runOrderLoad } from '../load/orders.ts'
import { control } from '../local/control.ts'
import { readState } from '../local/state.ts'

export interface OrdersUnderKill {
  readonly count: number
  /** Whose first replica is killed. */
  readonly victim: WorkloadName
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

const perSecond = 30

/**
 * Sends orders and kills one service with SIGKILL in the middle of them; the supervisor starts it again.
 * Customers retry with their Idempotency-Key, as the API asks them to.
 * @throws NoShop
 */
export async function ordersUnderKill({ count, victim, signal, progress }: OrdersUnderKill): Promise<LoadReport> {
  const state = await readState()
  if (!state) throw new NoShop('the shop does not run; start it with: make up')
  const load = runOrderLoad({
    gatewayUrl: state.gatewayUrl.replace(/\/$/, ''),
    count,
    concurrency: 6,
    ratePerSecond: perSecond,
    seed: `demo-${Date.now()}`,
    acceptWithinMs: 30_000,
    endWithinMs: 60_000,
    signal,
    onProgress: progress,
  })
  const kill = async () => {
    await delay((count / perSecond) * 500, undefined, { signal })
    await control(state).signal(`${victim}-0`, 'SIGKILL')
    progress(`killed ${victim}-0 with SIGKILL`)
  }
  const [report] = await Promise.all([load, kill()])
  return report
}
