import type { Replica } from '../../access/replica.ts'
import type { ShopTarget } from './shop-target.ts'

/** What probe is asked to send through its proxy; see services/probe/README.md. */
export interface ProbeRun {
  readonly service: string
  readonly path: string
  readonly count: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/** One request as its sender saw it. */
export interface ProbeRecord {
  readonly status?: number
  readonly ms: number
  /** The proxy refused it: a pool limit was reached (`x-envoy-overloaded`). */
  readonly overloaded: boolean
  readonly error?: string
}

export interface ProbeProgress {
  readonly done: boolean
  readonly records: readonly ProbeRecord[]
}

/** Starts a run and returns at once with a way to read it. */
export async function startProbeRun(target: ShopTarget, probe: Replica, run: ProbeRun): Promise<() => Promise<ProbeProgress>> {
  const { status, body } = await target.app(probe, 'app', { method: 'POST', path: '/runs', body: { method: 'GET', ...run } })
  if (status !== 202) throw new Error(`${probe.name} refused the run with ${status}: ${JSON.stringify(body)}`)
  const { id } = body as { id: string }
  return async () => {
    const answer = await target.app(probe, 'app', { method: 'GET', path: `/runs/${id}` })
    if (answer.status !== 200) throw new Error(`${probe.name} forgot run ${id} (${answer.status})`)
    return answer.body as ProbeProgress
  }
}
