import type { Host, Replica } from '../../../access/replica.ts'
import type { SentRequest } from '../sent-request.ts'
import type { Target } from '../target.ts'

/** Requests under way, in the order in which they were answered. */
export interface Sending {
  readonly done: boolean
  readonly answers: readonly SentRequest[]
}

/** Where the requests of one round are held. */
export interface Holding {
  /** Starts so many at once and returns a way to see what has become of them. */
  send(count: number): Promise<() => Promise<Sending>>
  /** Requests that are held at the destination now. */
  active(): Promise<number>
  /** Lets go of those that are held; those that come later are not held. */
  release(): Promise<void>
  /**
   * Undefined, or why not all were held for as long as they had to be. Asked once.
   * @param countedAt `performance.now()` when all was counted
   */
  cutShort(countedAt: number): string | undefined
}

/** How requests are held at a destination so that a pool fills up: by a latch in its app, or by its proxy. */
export interface Holder<T extends Target> {
  /** What it needs for a round of one caller. @param label differs from round to round and from run to run */
  begin(target: T, at: { readonly caller: Replica; readonly hosts: readonly Host[]; readonly label: string }): Promise<Holding>
  /** Requests one after another that nobody holds; with `untilServed` none after the first that was not refused. */
  singly(
    target: T,
    caller: Replica,
    options: { readonly count: number; readonly untilServed: boolean; readonly signal?: AbortSignal },
  ): Promise<readonly SentRequest[]>
  /** Requests that have reached the destination's app; undefined where it does not count them. */
  seen(target: T, hosts: readonly Host[]): Promise<number | undefined>
  /** Lets go of all that is held, whoever holds it. */
  releaseAll(target: T, hosts: readonly Host[]): Promise<void>
}
