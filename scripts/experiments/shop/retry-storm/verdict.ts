import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { SentRequest } from '../../core/sent-request.ts'

export interface StormConfig {
  /** Requests a second that the destination can do, and that are sent. */
  readonly capacity: number
  readonly perSecond: number
  readonly workMs: number
  /** Of each try, and of a call with its retries: an answer after that is none. */
  readonly tryMs: number
  readonly timeoutMs: number
  /** The work of one request that brings all others to a halt, ms. */
  readonly triggerMs: number
  /** From the trigger's end until goodput is back: an ejection, the sweep that ends it, a try. */
  readonly recoveryMs: number
  /** Watched before the trigger, and after it has ended. */
  readonly beforeMs: number
  readonly afterMs: number
  /** Of the retry budget, %. */
  readonly budgetPercent: number
  readonly caller: string
}

export interface StormObserved {
  /** ms since 1970, of the run. */
  readonly startedAt: number
  readonly sent: readonly SentRequest[]
  /** ms since 1970, when the trigger was sent, and when it was done. */
  readonly triggeredAt: number
  readonly triggerEndedAt: number
  /** Whether it was done at all. */
  readonly triggerDone: boolean
  /** ms since 1970, when no more was sent. */
  readonly endedAt: number
  /** ms that a request was sent after its time, at most. */
  readonly latestMs: number
  /** Increases of what the caller's proxy counts, over the whole observation. */
  readonly tries: number
  readonly retries: number
  readonly retriesRefused: number
  readonly overflows: number
  readonly ejections: number
  /** Pieces of work done from the end of the trigger on. */
  readonly workDone: number
}

/** The check that fails without budget and breaker. */
export const goodputBack = 'goodput is back for good, ms after the trigger has ended'
/** What holds without them as well. */
export const servedBefore = 'share of requests answered in time before the trigger'
export const hitByTrigger = 'share of requests answered in time while the trigger is worked on'
export const triggerWasDone = 'the trigger was worked on to its end'

/** Of what is sent: this much answered in time is all there was before, and this little is an outage. */
const [enough, outage] = [0.95, 0.2]
/** Shorter ones would be decided by single requests. */
const windowMs = 1_000
/** A request that is sent later than this missed its time. */
const lateMs = 200

export function stormVerdict(config: StormConfig, observed: StormObserved): Check[] {
  const { sent, triggeredAt, triggerEndedAt } = observed
  const before = shareInTime(
    config,
    sent.filter(({ at }) => at < triggeredAt - config.timeoutMs),
  )
  // The first of them are still answered: what was sent just before the trigger, and what was there before it.
  const during = shareInTime(
    config,
    sent.filter(({ at }) => at >= triggeredAt + config.tryMs && at < triggerEndedAt - config.timeoutMs),
  )
  const tooSlow =
    observed.latestMs > lateMs
      ? `this machine is too slow to judge: a request was sent ${Math.round(observed.latestMs)} ms late`
      : undefined
  const refused = sent.filter(({ overloaded }) => overloaded).length
  return doubted(tooSlow, [
    within(servedBefore, { min: enough }, before),
    within(hitByTrigger, { max: outage }, during),
    equals(triggerWasDone, true, observed.triggerDone),
    within(goodputBack, { max: config.recoveryMs }, backAfterMs(config, observed)),
    within('tries that reached the destination, per request', { max: 1 + config.budgetPercent / 100 }, observed.tries / sent.length),
    equals("refused requests = overflow counters of the caller's proxy", refused, observed.overflows),
  ])
}

const inTime = ({ timeoutMs }: StormConfig, { status, ms }: SentRequest): boolean => status === 200 && ms <= timeoutMs

const shareInTime = (config: StormConfig, sent: readonly SentRequest[]): number | undefined =>
  sent.length === 0 ? undefined : sent.filter((one) => inTime(config, one)).length / sent.length

/** From the end of the trigger until the first moment from which on every window has its goodput; undefined when there is none such. */
export function backAfterMs(config: StormConfig, { sent, triggerEndedAt, endedAt }: StormObserved): number | undefined {
  const last = endedAt - config.timeoutMs
  // Windows that end with the watching, each half a window before the next.
  for (let from = last - windowMs, back: number | undefined; ; from -= windowMs / 2) {
    if (from < triggerEndedAt) return back
    const share = shareInTime(
      config,
      sent.filter(({ at }) => at >= from && at < from + windowMs),
    )
    if (share === undefined || share < enough) return back
    back = from - triggerEndedAt
  }
}
