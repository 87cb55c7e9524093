import { namespace } from '../../services/shared/contracts/topology.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import type { ShopAccess } from '../access/shop-access.ts'
import type { BreakerWatch } from '../breaker-watch/breaker-watch.ts'
import type { TargetName } from '../cli/options.ts'
import type { ShopTarget } from '../experiments/shop/shop-target.ts'
import type { TelemetrySource } from '../telemetry/source.ts'
import { type Runnable, type Runs, runs } from './experiments/runs.ts'
import { runProcess } from './run-process.ts'
import type { Route } from './server/route.ts'

/** What views share: each is opened when it is asked for the first time, and closed with the console. */
export interface ConsoleContext {
  readonly targetName: TargetName
  /** Whether anything may be changed from the page. */
  readonly mayAct: boolean
  /** Aborted when the console ends. */
  readonly end: AbortSignal
  /** The shop as experiments see it. @throws NoShop */
  target(): Promise<ShopTarget>
  /** Ways to the shop. @throws NoShop */
  access(): Promise<ShopAccess>
  /** The shop's log in Kafka. @throws NoShop */
  eventLog(): Promise<EventLog>
  /** Logs and traces. @throws NoShop where nobody keeps them */
  telemetry(): Promise<TelemetrySource>
  /** The breakers of all its proxies, which are asked while somebody watches. @throws NoShop */
  breakers(): Promise<BreakerWatch>
  /** What can be run, and the run that goes on. */
  readonly experiments: Runs & { list(): Promise<readonly Runnable[]> }
}

/** A view's part of the server. */
export type View = (context: ConsoleContext) => readonly Route[]

/** A context, and how to close what was opened of it. */
export interface OpenedContext extends ConsoleContext {
  close(): Promise<void>
}

export type ContextOptions = Pick<ConsoleContext, 'targetName' | 'mayAct' | 'end'>

/** Opens nothing yet: a console that nobody looks at needs no shop. */
export function openContext(options: ContextOptions): OpenedContext {
  const { targetName } = options
  const target = once(async () => (await import('../experiments/commands/open-target.ts')).openTarget(targetName))
  const access = once(async () => (await import('../access/open-access.ts')).openAccess(targetName))
  const eventLog = once(async () => (await import('./open-event-log.ts')).openEventLog(await access.get()))
  const telemetry = once(async () => (await import('./open-telemetry.ts')).openTelemetry(targetName))
  const breakers = once(async () => {
    const { breakerWatch } = await import('../breaker-watch/breaker-watch.ts')
    if (targetName === 'local') {
      await access.get()
      return { ...breakerWatch((await import('../breaker-watch/meshes/local-mesh.ts')).localMesh(namespace)), close: async () => {} }
    }
    const { clusterMeshOf } = await import('./watched-mesh.ts')
    return { ...breakerWatch(clusterMeshOf(await target.get(), process.env)), close: async () => {} }
  })
  const list = async (): Promise<readonly Runnable[]> =>
    (await import('../experiments/shop/experiments.ts')).experiments.map(({ name, hypothesis }) => ({ name, hypothesis }))
  const ofExperiments = { list, ...runs(list, runProcess(targetName, 'out')) }
  return {
    ...options,
    experiments: ofExperiments,
    target: target.get,
    access: access.get,
    eventLog: async () => (await eventLog.get()).current(),
    telemetry: telemetry.get,
    breakers: breakers.get,
    close: async () => {
      // What is broken is put back while all is open still.
      await ofExperiments.close()
      await Promise.allSettled([target, access, eventLog, telemetry].map(({ close }) => close()))
    },
  }
}

interface Closable {
  close(): Promise<void>
}

/** Opens once, and again when it failed. */
function once<Opened extends Closable>(open: () => Promise<Opened>): { get(): Promise<Opened>; close(): Promise<void> } {
  let opening: Promise<Opened> | undefined
  return {
    get: () => {
      const mine = opening ?? open()
      opening = mine
      mine.catch(() => {
        if (opening === mine) opening = undefined
      })
      return mine
    },
    close: async () => (await opening)?.close(),
  }
}
