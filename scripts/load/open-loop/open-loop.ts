import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Samples } from './samples.ts'
import type { GeneratorOrder } from './send-on-schedule.ts'

/** Runs open-loop loads in a process of its own, one after the other: what has run once is compiled, so later loads cost less. */
export class Generator {
  readonly #process: ChildProcess

  constructor() {
    const file = fileURLToPath(new URL('./generator.ts', import.meta.url))
    // `advanced` passes the arrays of numbers as they are.
    this.#process = fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  }

  /**
   * One load at a time. After an error there is no other: the load that was running has been stopped.
   * @throws what `signal` was aborted with; Error when the generator has ended
   */
  async run(order: GeneratorOrder, signal?: AbortSignal): Promise<Samples> {
    signal?.throwIfAborted()
    const done = new AbortController()
    const stop = AbortSignal.any([done.signal, ...(signal ? [signal] : [])])
    const ended = once(this.#process, 'exit', { signal: stop }).then(([code]) => {
      throw new Error(`the generator ended with ${code}`)
    })
    try {
      this.#process.send(order)
      const [samples] = await Promise.race([once(this.#process, 'message', { signal: stop }), ended])
      return samples as Samples
    } catch (error) {
      this.stop()
      throw signal?.aborted ? signal.reason : error
    } finally {
      ended.catch(() => undefined)
      done.abort()
    }
  }

  stop(): void {
    this.#process.kill()
  }
}
