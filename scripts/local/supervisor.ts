import { rm } from 'node:fs/promises'
import type { LocalPaths } from './paths.ts'
import { openLedger, removeLedger, supervisorName } from './processes/ledger.ts'
import type { LocalState } from './state.ts'
import { awaitReady } from './supervisor/await-ready.ts'
import { boundAccessLogs } from './supervisor/bound-access-logs.ts'
import { serveControl } from './supervisor/control-server.ts'
import { type LivePolicy, watchPolicy } from './supervisor/live-policy.ts'
import { openOutput } from './supervisor/output.ts'
import type { Progress } from './supervisor/progress.ts'
import { recordState } from './supervisor/record-state.ts'
import { stateOf } from './supervisor/replica.ts'
import { type Shop, startShop } from './supervisor/shop.ts'
import { stopShop } from './supervisor/stop-shop.ts'
import type { KafkaSource } from './tools/kafka-source.ts'

export interface SupervisorOptions {
  readonly paths: LocalPaths
  readonly entryPort: number
  readonly envoy: string
  readonly kafka: KafkaSource
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
  /** Takes what people at a terminal want to know: crashes, steps of the stop. */
  readonly say: (line: string) => void
  /** Stops everything. */
  readonly signal: AbortSignal
}

/**
 * Owns every process of the shop from start to stop. Returns when all are gone: after the signal, or after somebody asked for it
 * over the control socket.
 * @throws Error when the shop cannot be started or does not get ready; everything has been stopped then, and the message ends with
 *   the last lines of the process at fault
 */
export async function runSupervisor({ paths, progress, say, signal, ...rest }: SupervisorOptions): Promise<void> {
  const now = (): Date => new Date()
  const startedAt = now().toISOString()
  let readyAt: string | undefined
  let shop: Shop | undefined
  let policy: LivePolicy | undefined
  let stopped: Promise<void> | undefined
  const stopRequested = Promise.withResolvers<void>()

  const state = (): LocalState | undefined => {
    const kafkaPid = shop?.broker.process?.pid()
    return (
      shop && {
        version: 1,
        supervisorPid: process.pid,
        startedAt,
        ...(readyAt && { readyAt }),
        gatewayUrl: `http://127.0.0.1:${rest.entryPort}`,
        brokers: shop.broker.brokers,
        ...(kafkaPid && { kafkaPid }),
        logFile: paths.log,
        controlSocket: paths.controlSocket,
        policyDirectory: paths.policy,
        policy: policy?.status() ?? { generation: 0 },
        replicas: shop.replicas.map(stateOf),
      }
    )
  }
  const recorder = recordState(paths.state, state, say)
  const stop = (tell: (line: string) => void): Promise<void> => {
    stopped ??= starting.catch(() => {}).then(() => (shop ? stopShop(shop, tell) : undefined))
    stopRequested.resolve()
    return stopped
  }

  const replica = (name: string) => shop?.replicas.find((running) => running.replica.name === name)
  const closeControl = await serveControl(paths.controlSocket, { state, replica, progress, stop })
  const output = openOutput(paths.log, now)
  const onCrash = (message: string): void => {
    output.say('warn', message)
    if (readyAt) say(message)
  }
  const ledger = openLedger(paths.ledger)
  ledger.add(supervisorName, process.pid)
  const starting = startShop({ ...rest, paths, output, ledger, onChange: recorder.changed, onCrash })
  signal.addEventListener('abort', () => void stop(say))
  if (signal.aborted) void stop(say)
  const tidy: (() => unknown)[] = []
  try {
    shop = await starting
    policy = watchPolicy(shop, paths, output, recorder.changed)
    tidy.push(policy.stop, boundAccessLogs(shop.replicas))
    await Promise.race([awaitReady(shop, output, progress.step), stopRequested.promise])
    if (!stopped) {
      readyAt = now().toISOString()
      await recorder.write()
      output.say('info', 'everything is ready')
      progress.ready()
    }
    await stopRequested.promise
  } catch (error) {
    // Whatever else goes wrong while stopping is a consequence of the stop.
    if (!stopped) {
      progress.failed(error instanceof Error ? error.message : String(error))
      output.say('error', `the start failed: ${String(error)}`)
      throw error
    }
  } finally {
    for (const end of tidy) end()
    await stop(say)
    output.say('info', 'everything is stopped')
    await recorder.close()
    await rm(paths.state, { force: true })
    removeLedger(paths.ledger)
    output.close()
    await closeControl()
  }
}
