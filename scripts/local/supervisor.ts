import { rm, writeFile } from 'node:fs/promises'
import type { LocalPaths } from './paths.ts'
import { removeSplitOverlays } from './plan/split-overlay.ts'
import { isTaken, portTaken } from './processes/free-ports.ts'
import type { LocalState } from './state.ts'
import { awaitReady } from './supervisor/await-ready.ts'
import { boundAccessLogs } from './supervisor/bound-access-logs.ts'
import { cleanUp } from './supervisor/clean-up.ts'
import { serveControl } from './supervisor/control-server.ts'
import { type LivePolicy, watchPolicy } from './supervisor/live-policy.ts'
import { openOutput } from './supervisor/output.ts'
import type { Progress } from './supervisor/progress.ts'
import { recordState } from './supervisor/record-state.ts'
import { stateOf } from './supervisor/replica.ts'
import { restartsInOrder } from './supervisor/restart-in-order.ts'
import { scale } from './supervisor/scale.ts'
import { type Shop, startShop } from './supervisor/shop.ts'
import { stopShop } from './supervisor/stop-shop.ts'
import { watchFolder } from './supervisor/watch-folder.ts'
import type { KafkaSource } from './tools/kafka-source.ts'

export interface SupervisorOptions {
  readonly paths: LocalPaths
  readonly gatewayPort: number
  readonly envoy: string
  readonly kafka: KafkaSource
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
  /** Takes what people at a terminal want to know: crashes, steps of the stop. */
  readonly log: (line: string) => void
  /** Stops everything. */
  readonly signal: AbortSignal
}

/**
 * Owns every process of the shop from start to stop. Returns when all are gone: after the signal, or after somebody asked for it
 * over the control socket.
 * @throws Error when the shop cannot be started or does not get ready, or when its folder cannot be written any more; everything has
 *   been stopped then, and the message ends with the last lines of the process at fault
 */
export async function runSupervisor({ paths, progress, log, signal, ...rest }: SupervisorOptions): Promise<void> {
  const now = (): Date => new Date()
  const startedAt = now().toISOString()
  let readyAt: string | undefined
  let shop: Shop | undefined
  let policy: LivePolicy | undefined
  let stopped: Promise<void> | undefined
  const stopRequested = Promise.withResolvers<void>()
  // Without its files the shop loses what it was told; it ends in order while that is still possible.
  const unwritable = Promise.withResolvers<never>()
  unwritable.promise.catch(() => {})
  const cannotWrite = (error: Error): void => unwritable.reject(error)

  const state = (): LocalState | undefined => {
    const kafka = shop?.broker.process
    const kafkaPid = kafka?.pid()
    return (
      shop && {
        version: 1,
        supervisorPid: process.pid,
        startedAt,
        ...(readyAt && { readyAt }),
        gatewayUrl: `http://127.0.0.1:${rest.gatewayPort}`,
        brokers: shop.broker.brokers,
        ...(kafkaPid && { kafkaPid }),
        ...(kafka && { kafka: { status: kafka.status(), restarts: kafka.restarts() } }),
        ...(shop.telemetry && { telemetry: processState(shop.telemetry) }),
        ...(shop.console && { console: processState(shop.console) }),
        logFile: paths.log,
        controlSocket: paths.controlSocket,
        policyDirectory: paths.policy,
        policy: policy?.status() ?? { generation: 0 },
        replicas: shop.replicas.map(stateOf),
      }
    )
  }
  const recorder = recordState(paths.state, state, cannotWrite)
  const stop = (log: (line: string) => void): Promise<void> => {
    stopped ??= starting.catch(() => {}).then(() => (shop ? stopShop(shop, log) : undefined))
    stopRequested.resolve()
    return stopped
  }

  const restarts = restartsInOrder(() => policy)
  const onChange = (): void => {
    recorder.changed()
    restarts.changed()
  }
  const replica = (name: string) => shop?.replicas.find((running) => running.replica.name === name)
  const broker = () => shop?.broker.process
  let lastScaling = Promise.resolve()
  const scaleTo = async (deployment: string, count: number): Promise<void> => {
    if (!shop || !policy) throw new Error('Breakwater is only just starting.')
    await scale(deployment, count, { shop, policy, gatewayPort: rest.gatewayPort, stopping: () => stopped !== undefined, onChange })
  }
  /** One after the other: two at once would not know of each other's replicas. */
  const scaleInTurn = (deployment: string, count: number): Promise<void> => {
    const scaled = lastScaling.then(() => scaleTo(deployment, count))
    lastScaling = scaled.catch(() => {})
    return scaled
  }
  const closeControl = await serveControl(paths.controlSocket, {
    state,
    replica,
    broker,
    restart: restarts.begin,
    scale: scaleInTurn,
    progress,
    stop,
  })
  const output = openOutput(paths.log, now, cannotWrite)
  const onCrash = (message: string): void => {
    output.log('warn', message)
    if (readyAt) log(message)
  }
  const start = async (): Promise<Shop> => {
    await rm(paths.failure, { force: true })
    await removeSplitOverlays(paths)
    const ended = await cleanUp(paths)
    if (ended.length > 0) progress.step(`ended what an earlier shop had left running: ${ended.join(', ')}`)
    if (await isTaken(rest.gatewayPort)) throw portTaken(rest.gatewayPort)
    return startShop({ ...rest, paths, output, onChange, onCrash })
  }
  const starting = start()
  signal.addEventListener('abort', () => void stop(log))
  if (signal.aborted) void stop(log)
  const tidy: (() => unknown)[] = [watchFolder(paths, cannotWrite)]
  try {
    shop = await starting
    policy = watchPolicy(shop, paths, output, recorder.changed)
    tidy.push(
      policy.stop,
      boundAccessLogs(shop.replicas, (line) => output.log('warn', line)),
    )
    await Promise.race([awaitReady(shop, output, progress.step), stopRequested.promise, unwritable.promise])
    if (!stopped) {
      readyAt = now().toISOString()
      await recorder.write()
      output.log('info', 'everything is ready')
      progress.ready()
    }
    await Promise.race([stopRequested.promise, unwritable.promise])
  } catch (error) {
    // Whatever else goes wrong while stopping is a consequence of the stop.
    if (!stopped) {
      const reason = error instanceof Error ? error.message : String(error)
      progress.failed(reason)
      output.log('error', readyAt ? `everything is stopped: ${reason}` : `the start failed: ${reason}`)
      if (readyAt) await writeFile(paths.failure, reason).catch(() => {})
      throw error
    }
  } finally {
    for (const end of tidy) end()
    await stop(log)
    output.log('info', 'everything is stopped')
    await recorder.close()
    await rm(paths.state, { force: true })
    output.close()
    await closeControl()
  }
}

function processState({ port, process }: NonNullable<Shop['telemetry']>): NonNullable<LocalState['telemetry']> {
  const pid = process.pid()
  return { ...(pid !== undefined && { pid }), port, status: process.status() }
}
