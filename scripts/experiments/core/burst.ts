import type { Replica } from '../../access/replica.ts'
import type { Action } from './action.ts'
import type { Destination } from './destination.ts'
import type { Answer } from './sent-request.ts'
import type { Target } from './target.ts'
import { sendOutbound } from './traffic.ts'

export interface Burst extends Action {
  /** What became of the requests that were answered so far. */
  readonly answers: readonly Answer[]
}

/** More requests than usual through the caller's own proxy: `concurrency` at once, each answer followed by another request, until rolled back. */
export function burst(
  target: Target,
  caller: Replica,
  { destination, path, concurrency }: { readonly destination: Destination; readonly path: string; readonly concurrency: number },
): Burst {
  const answers: Answer[] = []
  const stopped = new AbortController()
  let sending: Promise<unknown> = Promise.resolve()
  const sendOn = async (): Promise<void> => {
    while (!stopped.signal.aborted) answers.push(await sendOutbound(target, caller, { destination, path }))
  }
  return {
    description: `a burst of requests of ${caller.name}`,
    answers,
    apply: async () => {
      sending = Promise.all(Array.from({ length: concurrency }, sendOn))
    },
    rollback: async () => {
      stopped.abort()
      await sending
    },
  }
}
