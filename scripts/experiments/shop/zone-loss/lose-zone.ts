import type { Replica } from '../../../access/replica.ts'
import type { Action } from '../../core/action.ts'
import { killReplica, pauseReplica } from '../../core/replica-actions.ts'
import type { Target } from '../../core/target.ts'
import { together } from '../../core/together.ts'

/** Longer than a call to catalog may take with all its tries. */
const beyondMs = 10_000

/**
 * No replica of the zone answers until this is rolled back. On the laptop they are held dead. A cluster starts a killed pod again, so there
 * they hang, as hosts do that no network leads to any more: calls to them end by their time-out.
 */
export const loseZone = (target: Target, replicas: readonly Replica[]): Action =>
  together(
    'the zone, lost',
    replicas.map((replica) =>
      target.name === 'local' ? killReplica(target, replica, { hold: true }) : pauseReplica(target, replica, { beyondMs }),
    ),
  )
