import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../access/replica.ts'
import { goodputOf } from '../../../load/open-loop/goodput.ts'
import { Generator } from '../../../load/open-loop/open-loop.ts'
import type { Samples } from '../../../load/open-loop/samples.ts'
import type { Run } from '../../core/experiment.ts'
import { type RequestRecord, trafficBins } from '../../core/traffic-bins.ts'
import type { ShopTarget } from '../shop-target.ts'
import { climb, type Load, warmUp } from './climb.ts'
import { overloads } from './rounds.ts'
import { type OverloadConfig, type OverloadObserved, refusal } from './verdict.ts'

/** ms between loads: what is still on its way ends. */
const settleMs = 500

/** Connections of the generator, so that a shop that answers nothing costs no more. */
const mostOpen = 4096

/** @param sent gets every request of every load */
const loadOf =
  (
    { target: { gatewayUrl }, signal, elapsedMs }: Pick<Run<ShopTarget>, 'target' | 'signal' | 'elapsedMs'>,
    { path, deadlineMs }: OverloadConfig,
    generator: Generator,
    sent: RequestRecord[],
  ): Load =>
  async (rate, { warmUp: warmUpSeconds, seconds }) => {
    const arrivals = { process: 'poisson', rate, seconds: warmUpSeconds + seconds, seed: 1 } as const
    const origin = new URL(gatewayUrl).origin
    const samples = await generator.run({ ...arrivals, origin, path, giveUpMs: 4 * deadlineMs, mostOpen }, signal)
    for (const record of recordsOf(samples, elapsedMs() - samples.wallMs, deadlineMs)) sent.push(record)
    await delay(settleMs, undefined, { signal })
    return goodputOf(samples, { deadlineMs, warmUpMs: warmUpSeconds * 1000 })
  }

/** What the report draws. @param startMs when the load began, on the run's clock */
function recordsOf({ dueMs, latencyMs, outcome, outcomes }: Samples, startMs: number, deadlineMs: number): RequestRecord[] {
  return Array.from(dueMs, (due, turn) => {
    const [ms, what] = [latencyMs[turn] ?? 0, outcomes[outcome[turn] ?? 0] ?? '']
    const sentAtMs = startMs + due
    const isOk = what === '200' && ms <= deadlineMs
    return {
      sentAtMs,
      endedAtMs: sentAtMs + ms,
      outcome: isOk ? 'ok' : what === refusal ? 'refused' : 'failed',
      answered: /^\d/.test(what),
    }
  })
}

/** The capacity with this generator on this machine, and right after it a multiple of that. */
export async function observeOverload(
  run: Run<ShopTarget>,
  replicas: readonly Replica[],
  config: OverloadConfig,
): Promise<OverloadObserved> {
  const generator = new Generator()
  try {
    return await observeWith(generator, run, replicas, config)
  } finally {
    generator.stop()
  }
}

async function observeWith(
  generator: Generator,
  run: Run<ShopTarget>,
  replicas: readonly Replica[],
  config: OverloadConfig,
): Promise<OverloadObserved> {
  const { target, progress, applyAction } = run
  const sent: RequestRecord[] = []
  const load = loadOf(run, config, generator, sent)
  await warmUp(load)
  const climbed = await climb(load)
  await applyAction()
  const { rungs, rounds } = await overloads({ load, refused: () => refusedAt(target, replicas), progress }, climbed, config.times)
  const traffic = trafficBins(sent, { caller: 'customers', binMs: 250, deadlineMs: config.deadlineMs })
  return { rungs, rounds, traffic }
}

/** Requests that the replicas have refused so far. */
async function refusedAt(target: ShopTarget, replicas: readonly Replica[]): Promise<number> {
  const counts = await Promise.all(
    replicas.map(async (replica) => {
      const { body } = await target.app(replica, 'app', { method: 'GET', path: '/metrics' })
      return Number(/^http_server_requests_shed_total(?:{.*})? (\d+)$/m.exec(String(body))?.[1] ?? 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
