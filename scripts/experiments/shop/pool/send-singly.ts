import type { Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { type ProbeProgress, startProbeRun } from '../probe-run.ts'
import type { ShopTarget } from '../shop-target.ts'

/** Requests one after another, which httpbin answers at once: in an empty pool there is nothing to refuse, in a full one all are. */
export async function sendSingly(
  { target, probe, signal }: { readonly target: ShopTarget; readonly probe: Replica; readonly signal?: AbortSignal },
  count: number,
): Promise<ProbeProgress> {
  const read = await startProbeRun(target, probe, { service: 'httpbin', path: '/get', count, concurrency: 1, timeoutMs: 5_000 })
  return poll(read, ({ done }) => done, { timeoutMs: 20_000, everyMs: 20, ...(signal && { signal }) })
}
