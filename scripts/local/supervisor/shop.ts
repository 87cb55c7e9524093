import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tracing } from '../../../mesh/envoy/input.ts'
import { ensureSecretsFolder } from '../../identity/secrets-folder.ts'
import type { Manifest } from '../../manifests/parse-manifests.ts'
import type { LogSource } from '../logs/log-record.ts'
import type { LocalPaths } from '../paths.ts'
import { environmentOf, inheritedEnvironment } from '../plan/environment.ts'
import { assignPorts, type PlacedReplica, portsNeeded } from '../plan/ports.ts'
import { planReplicas } from '../plan/replicas.ts'
import { collectorUrl, tracingOf } from '../plan/tracing.ts'
import { freePorts } from '../processes/free-ports.ts'
import { markOf } from '../processes/shop-processes.ts'
import type { Supervised, ToolContext } from '../processes/supervise.ts'
import type { KafkaSource } from '../tools/kafka-source.ts'
import { type Broker, startBroker } from './broker.ts'
import { isCollected, startCollector } from './collector.ts'
import { hasConsole, startConsole } from './console.ts'
import { createTopics } from './create-topics.ts'
import type { Output } from './output.ts'
import { accessLogOf, manifestsInForce, renderSidecars, type SidecarConfig, writeSidecars } from './policy.ts'
import { type RunningReplica, startApp, startSidecar } from './replica.ts'

export interface ShopOptions {
  readonly paths: LocalPaths
  /** Port of 127.0.0.1 where customers reach the gateway. */
  readonly gatewayPort: number
  /** Path of the Envoy binary. */
  readonly envoy: string
  readonly kafka: KafkaSource
  readonly env: NodeJS.ProcessEnv
  readonly output: Output
  readonly onChange: () => void
  readonly onCrash: (message: string) => void
}

/** Every process of the shop. */
export interface Shop {
  readonly broker: Broker
  /** Fulfilled when the topics of contracts/topology exist. */
  readonly topics: Promise<void>
  /** Stores logs and takes spans; absent when it is switched off. */
  readonly telemetry?: { readonly port: number; readonly process: Supervised }
  /** Serves the live page; absent when it is switched off. */
  readonly console?: { readonly port: number; readonly process: Supervised }
  /** As long as the shop runs there may be more and less of them. */
  readonly replicas: RunningReplica[]
  /** Starts one more replica. @param bootstrap of its sidecar */
  readonly start: (place: PlacedReplica, bootstrap: string) => RunningReplica
  /** What the sidecars were started with: read from here, rendered to this. */
  readonly manifests: readonly Manifest[]
  readonly configs: readonly SidecarConfig[]
  readonly tracing?: Tracing
}

/**
 * Starts the shop: the broker, every replica's sidecar, and every replica's app as soon as what it depends on is there.
 * @throws Error when the manifests cannot be run or rendered; nothing has been started then
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { paths, output } = options
  const manifests = await manifestsInForce(paths)
  const planned = planReplicas(manifests)
  // Envoys share a port without a word (SO_REUSEPORT): customers would reach another sidecar as often as the gateway's.
  const [port = 0, internalPort = 0, controllerPort = 0, otlpPort = 0, consolePort = 0, ...ports] = await freePorts(
    portsNeeded(planned) + 5,
    options.gatewayPort,
  )
  const placed = assignPorts(planned, options.gatewayPort, ports)
  await ensureSecretsFolder(paths.identity)
  await rm(paths.accessLogs, { recursive: true, force: true })
  await mkdir(paths.accessLogs, { recursive: true })
  const collected = isCollected(options.env)
  const tracing = tracingOf(options.env, collected ? collectorUrl(otlpPort) : undefined)
  const configs = renderSidecars(manifests, placed, paths, tracing)
  const bootstraps = writeSidecars(configs, paths)

  const context = (source: LogSource): ToolContext => ({
    mark: (name) => markOf(paths.folder, name),
    onChange: options.onChange,
    onCrash: options.onCrash,
    onLines: output.from(source),
  })
  const env = inheritedEnvironment(options.env)
  const telemetry = collected && {
    port: otlpPort,
    process: startCollector(
      paths,
      otlpPort,
      { inherited: env, own: options.env },
      context({ workload: 'telemetry', replica: 0, container: 'collector' }),
    ),
  }
  const place = { dataDir: join(paths.data, 'kafka'), port, internalPort, controllerPort }
  const broker = startBroker(options.kafka, place, env, context({ workload: 'kafka', replica: 0, container: 'broker' }))
  const topics = broker.ready.then(() => createTopics(broker.brokers))
  topics.catch(() => {})
  const machine = {
    brokers: broker.brokers,
    data: paths.data,
    identity: paths.identity,
    compileCache: paths.compileCache,
    ...(tracing && { otlpEndpoint: tracing.endpoint }),
    env: options.env,
  }

  const start = (place: PlacedReplica, bootstrap: string): RunningReplica => {
    const { workload, replica, env: declared } = place.replica
    const sidecar = { envoy: options.envoy, bootstrap, env }
    const app = {
      env: environmentOf(place.replica, place.ports, machine),
      dependencies: 'KAFKA_BROKERS' in declared ? topics : Promise.resolve(),
    }
    return {
      ...place,
      accessLog: accessLogOf(place.replica, paths),
      sidecar: startSidecar(place, sidecar, context({ workload, replica, container: 'sidecar' })),
      app: startApp(place, app, context({ workload, replica, container: 'app' })),
    }
  }
  const replicas = placed.map((place) => start(place, bootstraps.get(place.replica.name) ?? ''))
  const allReady = Promise.all([topics, ...replicas.map(({ app }) => app.ready)])
  const page = hasConsole(options.env) && {
    port: consolePort,
    process: startConsole(paths, consolePort, env, allReady, context({ workload: 'console', replica: 0, container: 'console' })),
  }
  return {
    broker,
    topics,
    ...(telemetry && { telemetry }),
    ...(page && { console: page }),
    replicas,
    start,
    manifests,
    configs,
    ...(tracing && { tracing }),
  }
}
