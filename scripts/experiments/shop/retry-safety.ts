import type { Experiment } from '../core/experiment.ts'
import { killReplica } from '../core/replica-actions.ts'
import { watchCallers } from '../core/timeline.ts'
import { together } from '../core/together.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { allReady } from './ready.ts'
import { observeSafety } from './retry-safety/observe.ts'
import { safetyStory } from './retry-safety/story.ts'
import {
  allDecided,
  answersLost,
  deliveredTwice,
  oneOrder,
  type SafetyConfig,
  type SafetyObserved,
  safetyVerdict,
  sentAgain,
} from './retry-safety/verdict.ts'
import type { ShopTarget } from './shop-target.ts'

/** Each of them decides on commands, and has something to do twice. */
const killed = ['orders', 'inventory', 'payments'] as const

/** Whoever gets no answer sends again, over HTTP as over Kafka: what was asked for happens once. */
export const retrySafety: Experiment<SafetyConfig, SafetyObserved, ShopTarget> = {
  name: 'retry-safety',
  hypothesis:
    'An order whose answers are lost, that is sent again and whose commands are delivered again while services are killed, is one order, one charge and one reservation.',
  config: async () => ({ wishes: 8, again: 2, sameKey: true }),
  steadyState: (target) => allReady(target, killed),
  watch: async (target) => watchCallers(target, await target.replicas(shopWorkload('gateway')), shopDestination('orders')),
  action: async (target) => {
    const replicas = (await Promise.all(killed.map((name) => target.replicas(shopWorkload(name))))).flat()
    return together(
      `${killed.join(', ')}, killed`,
      replicas.map((replica) => killReplica(target, replica)),
    )
  },
  observe: observeSafety,
  verdict: safetyVerdict,
  story: safetyStory,
  negativeControl: {
    change: 'each time under an Idempotency-Key of its own',
    mustFail: oneOrder,
    mustPass: [answersLost, sentAgain, deliveredTwice, allDecided],
    without: (config) => ({ ...config, sameKey: false }),
  },
}
