import { eventParkedCode } from '../../../services/shared/runtime/event-sourcing/index.ts'
import { isUnreadable } from '../log/current-event.ts'
import { answerOf } from './answer.ts'
import { logChecks } from './business-checks.ts'
import { createBusinessFacts } from './business-facts.ts'
import type { Examiner } from './examiner.ts'

/** Orders, charges and versions. @param accepted orders that somebody was promised @param settledBefore ms since the epoch */
export function examineBusiness(accepted: readonly string[] | undefined, settledBefore = Number.POSITIVE_INFINITY): Examiner {
  const facts = createBusinessFacts()
  /** Where → why. Whose service has put it into the dead letters, and said so in the events, is no fault any more. */
  const unreadable = new Map<string, string>()
  return {
    step: ({ outcome }) => {
      for (const event of outcome) {
        if (isUnreadable(event)) unreadable.set(event.place, event.unreadable)
        else facts.add(event)
        const answer = answerOf(event)
        if (answer?.code === eventParkedCode) unreadable.delete(answer.commandId)
      }
    },
    checks: () => {
      for (const [where, why] of unreadable) facts.addUnreadable(`${where}: ${why}`)
      unreadable.clear()
      return logChecks(facts, accepted, settledBefore)
    },
  }
}
