import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Samples } from './samples.ts'
import type { GeneratorOrder } from './send-on-schedule.ts'

/**
 * Runs an open-loop load in a thread of its own.
 * @throws what `signal` was aborted with; the generator's own error
 */
export async function generate(order: GeneratorOrder, signal?: AbortSignal): Promise<Samples> {
  signal?.throwIfAborted()
  const worker = new Worker(new URL('./generator.ts', import.meta.url), { workerData: order })
  try {
    const [samples] = (await once(worker, 'message', { ...(signal && { signal }) })) as [Samples]
    return samples
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  } finally {
    await worker.terminate()
  }
}
