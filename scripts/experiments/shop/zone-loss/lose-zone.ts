import type { Replica } from '../../../access/replica.ts'
import type { Action } from '../../core/action.ts'
import { delayRequests } from '../../core/http-fault.ts'
import { killReplica } from '../../core/replica-actions.ts'
import type { Target } from '../../core/target.ts'
import { together } from '../../core/together.ts'

/** Longer than a call to catalog may take with all its tries. */
const beyondMs = 10_000

/**
 * No replica of the zone answers until this is rolled back. On the laptop they are held dead. A cluster starts a killed pod again, and takes one
 * that is stopped out of its Service, so there their proxies keep every request: callers see hosts that no network leads to any more, and learn
 * it by time-outs alone.
 */
export const loseZone = (target: Target, replicas: readonly Replica[]): Action =>
  together(
    'the zone, lost',
    replicas.map((replica) =>
      target.name === 'local' ? killReplica(target, replica, { hold: true }) : delayRequests(target, replica, { ms: beyondMs }),
    ),
  )
