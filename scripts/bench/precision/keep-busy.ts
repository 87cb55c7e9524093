import { Worker } from 'node:worker_threads'

/** Keeps so many cores busy until told to stop; ends with this process, however that ends. */
export function keepBusy(cores: number): () => Promise<void> {
  const workers = Array.from({ length: cores }, () => new Worker('for (;;) Math.random()', { eval: true }))
  return async () => void (await Promise.all(workers.map((worker) => worker.terminate())))
}
