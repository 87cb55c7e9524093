import { type Static, type TObject, type TProperties, Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { baseConfig, ConfigError, readConfig } from './config.ts'
import { createLogger, type Logger } from './logger.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { startTracing } from './tracing.ts'

/** What a service is given to start with. */
export interface ProcessContext<Config> {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What a service gives back: its server, and how to stop what runs beside it (consumers first, then connections). */
export interface RunningService {
  readonly app: Server
  stop(): Promise<void>
}

export interface ServiceProcess<Properties extends TProperties> {
  readonly service: string
  /** `Type.Object({ ...baseConfig, … })` */
  readonly config: TObject<Properties>
  start(context: ProcessContext<Static<TObject<Properties>>>): Promise<RunningService>
}

/** sysexits.h EX_CONFIG: something was found in a misconfigured state. */
const exitMisconfigured = 78

/**
 * The whole life of a service's process: config, start, listen; at SIGTERM or SIGINT not ready, no new requests, open ones answered,
 * then the service's own `stop`; exit 0, or 1 when that takes longer than SHUTDOWN_GRACE_MS or anything fails unforeseen.
 */
export async function runProcess<Properties extends typeof baseConfig & TProperties>(
  definition: ServiceProcess<Properties>,
): Promise<void> {
  const settings = configOrExit(definition)
  // Read by itself, although it is part of the settings: that takes the compiler seconds to see (a quarter of all type checking).
  const base = readConfig(Type.Object(baseConfig))
  const { PORT, HOST, LOG_LEVEL, POD_NAME, SHUTDOWN_GRACE_MS } = base
  const { service } = definition
  const logger = createLogger({ service, pod: POD_NAME, level: LOG_LEVEL })
  const die = (err: unknown, message: string): never => {
    logger.fatal({ err }, message)
    process.exit(1)
  }
  process.on('unhandledRejection', (error) => die(error, 'unhandled rejection'))
  process.on('uncaughtException', (error) => die(error, 'uncaught exception'))
  const signal = stopSignal(process)
  // Counted from the signal, whatever the process was doing then: a start that hangs ends as well.
  void signal.then((name) => {
    logger.info({ signal: name }, 'stopping')
    setTimeout(() => die(new Error(`not stopped within ${SHUTDOWN_GRACE_MS} ms`), 'stopping took too long'), SHUTDOWN_GRACE_MS).unref()
  })
  try {
    const metrics = createMetrics({ service, pod: POD_NAME })
    const endTracing = await startTracing({ service, pod: POD_NAME, config: base, logger, metrics })
    const running = await definition.start({ config: settings, logger, metrics })
    await running.app.listen({ port: PORT, host: HOST })
    await signal
    await running.app.close()
    await running.stop()
    await endTracing()
    logger.info('stopped')
    process.exit(0)
  } catch (error) {
    die(error, 'failed')
  }
}

function configOrExit<Properties extends TProperties>({ service, config }: ServiceProcess<Properties>): Static<TObject<Properties>> {
  try {
    return readConfig(config)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${service} cannot start: ${error.message.replaceAll('\n', '; ')}\n`)
    process.exit(exitMisconfigured)
  }
}

/** Resolves at the first SIGTERM or SIGINT; later ones change nothing, the grace period bounds the stop. */
const stopSignal = (process: NodeJS.Process): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.on('SIGTERM', resolve)
    process.on('SIGINT', resolve)
  })

/** Ends the process with a logged error, because it handles no uncaught exception otherwise; its supervisor starts a new one. */
export function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
