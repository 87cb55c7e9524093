import { messageOf } from '../../../cli/command-error.ts'
import type { Action } from '../../core/action.ts'
import { breakUntil, StillBroken } from '../../core/by-hand/break-until.ts'
import { inboundCluster, outboundCluster } from '../../core/destination.ts'
import { firstReplica } from '../../core/first-replica.ts'
import type { Matrix } from '../../core/matrix-schema.ts'
import { orphanedFaults, whatRemains } from '../../core/orphaned-faults.ts'
import { changePolicy } from '../../core/policy-change.ts'
import type { PolicyObject, PolicyReference } from '../../core/policy-object.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'
import { type MatrixFault, matrixFaults, type Scene, soundPath } from './matrix-faults.ts'
import { matrixOfTrials, type Trial } from './matrix-of-trials.ts'
import { actsDuring, awaitSound } from './trial.ts'
import { withBreakers, withRetries } from './trial-policy.ts'

export interface MatrixRun {
  readonly target: ShopTarget
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

const destination = shopDestination('httpbin')
const reference = (kind: string): PolicyReference => ({ kind, namespace: destination.namespace, name: destination.service })
const [rule, route] = [reference('DestinationRule'), reference('VirtualService')]
const untilDone = { stays: false }

/**
 * Puts one fault after another between probe and httpbin, while a pool limit, an ejection, retries and a time-out are in force together, and
 * reads which of them acted. Everything is put back on every way out.
 * @throws AnotherRun before anything is touched; StillBroken; Error when the policies do not come into force; what `signal` was aborted with
 */
export async function measureMatrix(
  { target, progress, ...run }: MatrixRun,
  faults: readonly MatrixFault[] = matrixFaults,
): Promise<Matrix> {
  const lock = await target.lock()
  const signal = AbortSignal.any([run.signal, lock.lost])
  const startedAt = new Date().toISOString()
  const trials: Trial[] = []
  try {
    for (const { description, remove } of await orphanedFaults(target)) {
      await remove()
      progress(`removed what an earlier run left behind: ${description}`)
    }
    const scene = await sceneOf(target)
    const instruments = [await target.openOutbound(shopWorkload('probe'), destination), await target.openFaults(destination)]
    await breakUntil(instruments, untilDone, async () =>
      breakUntil(await policiesToTrip(scene), untilDone, async () => {
        for (const fault of faults) {
          const trial = await tryFault(scene, fault, signal)
          trials.push(trial)
          progress(inWords(trial))
        }
      }),
    )
    const { remains } = await whatRemains(target)
    if (remains.length > 0) throw new StillBroken(remains)
  } finally {
    await lock.release()
  }
  return matrixOfTrials({ target: target.name, startedAt }, trials)
}

async function sceneOf(target: ShopTarget): Promise<Scene> {
  const caller = await firstReplica(target, shopWorkload('probe'))
  const [host] = await target.hosts(destination)
  if (host === undefined) throw new Error('httpbin does not run')
  return { target, caller, host, route }
}

/** What the faults are to trip. The rule limits httpbin's own inbound side as well. */
async function policiesToTrip({ target, caller, host }: Scene): Promise<Action[]> {
  const inForce = async (of: PolicyReference): Promise<PolicyObject> => {
    const found = await target.policy(of)
    if (found === undefined) throw new Error(`there is no ${of.kind} ${of.name}`)
    return found
  }
  return [
    await changePolicy(target, {
      ...rule,
      to: withBreakers(await inForce(rule)),
      affected: [
        { proxy: caller, cluster: outboundCluster(destination) },
        { proxy: host, cluster: inboundCluster(host) },
      ],
    }),
    await changePolicy(target, { ...route, to: withRetries(await inForce(route)), affected: [{ proxy: caller, part: 'routes' }] }),
  ]
}

/** Requests without the fault, then with it. @throws StillBroken, and what `signal` was aborted with; all else is why it was not measured */
async function tryFault(scene: Scene, fault: MatrixFault, signal: AbortSignal): Promise<Trial> {
  const { place, what, path = () => soundPath } = fault
  try {
    await awaitSound(scene, signal)
    const sound = await actsDuring(scene, soundPath, signal)
    let broken = sound
    await breakUntil([await fault.action(scene)], untilDone, async () => {
      broken = await actsDuring(scene, path(Date.now().toString(36)), signal)
    })
    return { place, what, sound, broken }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof StillBroken) throw error
    return { place, what, because: messageOf(error) }
  }
}

function inWords(trial: Trial): string {
  const found = 'because' in trial ? `not measured: ${trial.because}` : JSON.stringify(trial.broken).replaceAll(/["{}]/g, '')
  return `${trial.place}, ${trial.what}: ${found}`
}
