import type { Story } from '../../core/experiment.ts'
import { trafficOf } from '../../core/sent-request.ts'
import { backAfterMs, type StormConfig, type StormObserved } from './verdict.ts'

/** Goodput before, while and after the trigger, and what the destination did meanwhile. */
export function stormStory(config: StormConfig, observed: StormObserved): Story {
  const { sent, tries, workDone, startedAt } = observed
  const back = backAfterMs(config, observed)
  const after = sent.filter(({ at }) => at >= observed.triggerEndedAt && at < observed.endedAt)
  const right = after.filter(({ status }) => status === 200).length
  const goodput = back === undefined ? 'goodput did not come back' : `goodput was back ${(back / 1000).toFixed(1)} s after it`
  return {
    summary: `One request of ${config.triggerMs} ms stopped a destination that can do ${config.capacity}/s and is asked for ${config.perSecond}/s; ${goodput}. Each request led to ${(tries / sent.length).toFixed(2)} tries; of ${workDone} pieces of work done after the trigger, ${right} were for requests that were answered.`,
    traffic: [trafficOf(sent, { startedAt, caller: config.caller, deadlineMs: config.timeoutMs })],
  }
}
