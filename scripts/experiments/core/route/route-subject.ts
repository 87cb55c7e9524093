import type { Replica } from '../../../access/replica.ts'
import type { Destination, Workload } from '../destination.ts'
import type { SentRequest } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { sendOutbound } from '../traffic.ts'
import type { RouteReference } from './route-rule.ts'

/** Calls whose route is to be proven. */
export interface RouteSubject {
  readonly name: string
  readonly hypothesis: string
  readonly destination: Destination
  /** All its replicas send, through their own proxies. */
  readonly caller: Workload
  /** Where what is proven is written. */
  readonly route: RouteReference
  readonly path: string
}

/** So many calls of one caller, one after another. @throws what `signal` was aborted with */
export async function callsOf(
  target: Target,
  caller: Replica,
  { destination, path }: Pick<RouteSubject, 'destination' | 'path'>,
  { count, withinMs, signal }: { readonly count: number; readonly withinMs?: number; readonly signal: AbortSignal },
): Promise<SentRequest[]> {
  const answers: SentRequest[] = []
  for (let n = 0; n < count; n++) {
    signal.throwIfAborted()
    answers.push(await sendOutbound(target, caller, { destination, path, ...(withinMs !== undefined && { withinMs }) }))
  }
  return answers
}
