import { setTimeout as delay } from 'node:timers/promises'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Replica } from '../../access/replica.ts'
import { UsageError } from '../../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { unknown } from '../../cli/nearest.ts'
import type { TargetName } from '../../cli/options.ts'
import type { Action } from '../core/action.ts'
import { breakUntil, StillBroken } from '../core/by-hand/break-until.ts'
import { watchBreakers } from '../core/by-hand/watch-breakers.ts'
import { abortRequests, delayRequests } from '../core/http-fault.ts'
import { killReplica } from '../core/replica-actions.ts'
import type { Target } from '../core/target.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from '../shop/destinations.ts'
import { breakerScreen } from './breaker-screen.ts'
import { chosenFault, type FaultOptions, faultInWords, type HandFault } from './fault-options.ts'
import { openTarget } from './open-target.ts'

export interface BreakOptions extends FaultOptions {
  /** Leave it broken. */
  readonly keep: boolean
  /** End by itself after so many seconds. */
  readonly for?: number
  readonly target: TargetName
  readonly json: boolean
}

/**
 * `break <replica>`: breaks it, shows what its callers' breakers do, and heals it when it is interrupted.
 * @throws UsageError, NoShop, AnotherRun before anything is broken; StillBroken
 */
export async function breakReplica(
  name: string,
  { keep, for: seconds, target: where, json, ...options }: BreakOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const fault = chosenFault(options)
  // One that was killed is started again by whoever keeps it running.
  const isHealed = !keep && fault.kind !== 'kill'
  const target = await openTarget(where)
  try {
    const replica = await find(target, name)
    const actions = await actionsOf(target, replica, fault)
    const lock = await target.lock()
    try {
      const ended = AbortSignal.any([signal, lock.lost, ...(seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)])])
      const screen = breakerScreen(json)
      await breakUntil(actions, { stays: keep }, async () => {
        screen.say(`${faultInWords(name, fault)}. ${isHealed ? 'Ctrl-C heals it.' : 'Ctrl-C ends the view.'}`)
        await watchUntil(target, replica, ended, screen.show)
      })
      if (isHealed) screen.say(`${name} is healed.`)
      else if (fault.kind !== 'kill') screen.say(`It stays so; to heal it: npx breakwater heal ${name}`)
      lock.lost.throwIfAborted()
    } finally {
      await lock.release()
    }
  } catch (error) {
    // An interruption must not keep it from being said.
    if (!(error instanceof StillBroken)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  } finally {
    await target.close()
  }
  return signal.aborted ? exitCodes.interrupted : exitCodes.done
}

async function find(target: Target, name: string): Promise<Replica> {
  const all = await target.proxies()
  const found = all.find((replica) => replica.name === name)
  if (found === undefined)
    throw new UsageError(
      unknown(
        'replica',
        name,
        all.map((replica) => replica.name),
      ),
    )
  return found
}

async function actionsOf(target: Target, replica: Replica, fault: HandFault): Promise<Action[]> {
  switch (fault.kind) {
    case 'abort':
    case 'delay': {
      const filter = await target.openFaults(serviceOf(replica))
      return [filter, fault.kind === 'abort' ? abortRequests(target, replica, fault) : delayRequests(target, replica, fault)]
    }
    case 'kill':
      return [killReplica(target, replica)]
    case 'pause': {
      const { pause } = target
      if (pause === undefined)
        throw new UsageError(`${replica.name} cannot be paused here; to its callers a --delay beyond their time-outs is the same`)
      return [{ description: `${replica.name}, paused`, apply: () => pause(replica), rollback: () => target.resume(replica) }]
    }
  }
}

const serviceOf = ({ workload: name }: Replica) => shopDestination(shopName(name))

function shopName(name: string) {
  const found = workloadNames.find((one) => one === name)
  if (found === undefined) throw new Error(`${name} is no workload of the shop`)
  return found
}

async function watchUntil(target: Target, replica: Replica, ended: AbortSignal, show: Parameters<typeof watchBreakers>[3]): Promise<void> {
  const callers = workloadNames.filter((name) => workload(name).calls.includes(replica.workload))
  const proxies = (await Promise.all(callers.map((name) => target.replicas(shopWorkload(name))))).flat()
  const watched = await watchCallers(target, proxies, serviceOf(replica))
  if (watched.length > 0) await watchBreakers(target, watched, ended, show)
  // Nobody calls it through a proxy of the shop: it is broken all the same.
  else await delay(2 ** 31 - 1, undefined, { signal: ended }).catch(() => {})
}
