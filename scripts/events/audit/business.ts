import { createAudit } from '../../faults/invariants/audit.ts'
import { logChecks } from '../../faults/invariants/business-checks.ts'
import { isUnreadable } from '../log/current-event.ts'
import type { Examiner } from './examiner.ts'

/** Orders, charges and versions. @param accepted orders that somebody was promised */
export function examineBusiness(accepted: readonly string[]): Examiner {
  const audit = createAudit()
  return {
    step: ({ outcome }) => {
      for (const event of outcome) {
        if (isUnreadable(event)) audit.addUnreadable(event.unreadable)
        else audit.add(event)
      }
    },
    checks: () => logChecks(audit, accepted),
  }
}
