import { eventParkedCode } from '../../../services/shared/runtime/event-sourcing/answer-record.ts'
import { createAudit } from '../../faults/invariants/audit.ts'
import { logChecks } from '../../faults/invariants/business-checks.ts'
import { isUnreadable } from '../log/current-event.ts'
import { answerOf } from './answer.ts'
import type { Examiner } from './examiner.ts'

/** Orders, charges and versions. @param accepted orders that somebody was promised @param settledBefore ms since the epoch */
export function examineBusiness(accepted: readonly string[] | undefined, settledBefore = Number.POSITIVE_INFINITY): Examiner {
  const audit = createAudit()
  /** Where → why. Whose service has put it into the dead letters, and said so in the events, is no fault any more. */
  const unreadable = new Map<string, string>()
  return {
    step: ({ outcome }) => {
      for (const event of outcome) {
        if (isUnreadable(event)) unreadable.set(event.place, event.unreadable)
        else audit.add(event)
        const answer = answerOf(event)
        if (answer?.code === eventParkedCode) unreadable.delete(answer.commandId)
      }
    },
    checks: () => {
      for (const [where, why] of unreadable) audit.addUnreadable(`${where}: ${why}`)
      unreadable.clear()
      return logChecks(audit, accepted, settledBefore)
    },
  }
}
