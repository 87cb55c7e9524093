import type { Host, Replica } from '../../../access/replica.ts'
import { type Action, nothingToDo } from '../../core/action.ts'
import { abortRequests, delayRequests } from '../../core/http-fault.ts'
import type { faultPlaces } from '../../core/matrix-schema.ts'
import { changePolicy } from '../../core/policy-change.ts'
import type { PolicyReference } from '../../core/policy-object.ts'
import { killReplica } from '../../core/replica-actions.ts'
import { releaseAll } from '../latches.ts'
import type { ShopTarget } from '../shop-target.ts'
import { delayMs, withFault } from './trial-policy.ts'

export type Place = (typeof faultPlaces)[number]

/** Who calls whom. */
export interface Scene {
  readonly target: ShopTarget
  readonly caller: Replica
  readonly host: Host
  /** The VirtualService of the calls. */
  readonly route: PolicyReference
}

/** One way to break a call. */
export interface MatrixFault {
  readonly place: Place
  /** What it does, for a reader. */
  readonly what: string
  /** What is asked for meanwhile, when that is the fault; `run` is another in each run. */
  readonly path?: (run: string) => string
  /** @throws Error where it cannot be done */
  action(scene: Scene): Promise<Action>
}

export const soundPath = '/get'
const status = 503
const every = { percentage: { value: 100 } }
const [errors, slowness] = [`${status} for every request`, `${delayMs / 1000} s for every request`]

const ofRoute = async ({ target, caller, route }: Scene, fault: Readonly<Record<string, unknown>>): Promise<Action> => {
  const inForce = await target.policy(route)
  if (inForce === undefined) throw new Error(`there is no VirtualService ${route.name}`)
  return changePolicy(target, { ...route, to: withFault(inForce, fault), affected: [{ proxy: caller, part: 'routes' }], within: true })
}

/** In the order in which they are tried: a fault that answers, then one that keeps. */
export const matrixFaults: readonly MatrixFault[] = [
  { place: 'callers-proxy', what: errors, action: (scene) => ofRoute(scene, { abort: { httpStatus: status, ...every } }) },
  { place: 'callers-proxy', what: slowness, action: (scene) => ofRoute(scene, { delay: { fixedDelay: `${delayMs}ms`, ...every } }) },
  { place: 'destinations-proxy', what: errors, action: async ({ target, host }) => abortRequests(target, host, { status }) },
  { place: 'destinations-proxy', what: slowness, action: async ({ target, host }) => delayRequests(target, host, { ms: delayMs }) },
  { place: 'application', what: errors, path: () => `/status/${status}`, action: async () => nothingToDo },
  {
    place: 'application',
    what: 'no answer to any request',
    path: (run) => `/hold/matrix-${run}`,
    action: async ({ target, host }) => ({
      description: `requests held at ${host.name}`,
      apply: async () => {},
      rollback: releaseAll(target, host),
    }),
  },
  { place: 'kill', what: 'its process killed', action: async ({ target, host }) => killReplica(target, host, { hold: true }) },
  {
    place: 'pause',
    what: 'its process stopped where it is',
    action: async ({ target, host }) => {
      const { pause } = target
      if (pause === undefined) throw new Error('nobody can stop its process here')
      return { description: `${host.name}, paused`, apply: () => pause(host), rollback: () => target.resume(host) }
    },
  },
]
