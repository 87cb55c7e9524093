import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { poll } from '../../scripts/checks/poll.ts'
import { repository } from '../../scripts/local/paths.ts'
import { freePorts } from '../../scripts/local/processes/free-ports.ts'
import { createTopics } from '../../scripts/local/supervisor/create-topics.ts'
import { ensureKafka } from '../../scripts/local/tools/kafka.ts'
import { brokersAnswer } from '../../scripts/local/tools/kafka-ready.ts'
import { quickStart } from '../quick-start.ts'
import { type BrokerGate, startBrokerGate } from './broker-gate.ts'
import { startVictim, type Victim } from './victim.ts'

/** The services of the saga with their own broker, without sidecars: every process is ours to kill. */
export interface ShopUnderTest {
  readonly brokers: string
  /** Replicas by name, and the broker. */
  readonly victims: ReadonlyMap<string, Victim>
  /** What all of them dial. */
  readonly gate: BrokerGate
  /** Where orders are placed, one a replica. */
  readonly orderUrls: readonly string[]
  /** What the processes printed. */
  readonly directory: string
  /** @param keep leaves data and output there for whoever looks for a cause */
  stop(keep: boolean): Promise<void>
}

/** Replicas by service. */
export type Replicas = Readonly<Record<string, number>>

export const replicaNames = (replicas: Replicas): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(replicas).map(([service, count]) => [service, Array.from({ length: count }, (_, index) => `${service}-${index}`)]))

/** Replicas begin side by side on two cores, and each has its partitions to take over. */
const readyWithinMs = 120_000
/** A JVM that recovers its log on two busy cores. */
const brokerAnswersWithinMs = 60_000

/** Why crash tests cannot run here; undefined when they can. */
export async function crashTestsClosed(): Promise<string | undefined> {
  const { kind } = await ensureKafka()
  return kind === 'maven' ? undefined : `the broker has to be a process that can be killed, and not ${kind}: needs Java 17 and Maven`
}

/** Returns when every replica is ready. @param random decides where a commit is cut */
export async function startShopUnderTest(replicas: Replicas, random: () => number): Promise<ShopUnderTest> {
  const source = await ensureKafka()
  if (source.kind === 'brokers') throw new Error('Crash tests kill the broker: not one of somebody else.')
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-crash-'))
  const names = [...replicaNames(replicas).values()].flat()
  const [port = 0, advertisedPort = 0, internalPort = 0, controllerPort = 0, ...appPorts] = await freePorts(4 + names.length)
  const brokers = `127.0.0.1:${advertisedPort}`
  const inherited = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...quickStart }
  const { command, args } = await source.launch({ dataDir: join(directory, 'kafka'), port, advertisedPort, internalPort, controllerPort })
  const gate = await startBrokerGate(advertisedPort, port, () => random() < 0.5)
  const victims = new Map<string, Victim>()
  const start = (name: string, launch: Parameters<typeof startVictim>[1]) =>
    victims.set(name, startVictim(name, launch, join(directory, `${name}.log`)))
  const stop = async (keep: boolean): Promise<void> => {
    await Promise.all([...victims.values()].map((victim) => victim.end()))
    await gate.close()
    if (!keep) await rm(directory, { recursive: true, force: true })
  }
  start('broker', { command, args, env: inherited })
  try {
    await brokersAnswer(brokers, brokerAnswersWithinMs)
    await createTopics(brokers)
  } catch (error) {
    await stop(false)
    throw error
  }
  const places = names.map((name, index) => ({ name, service: name.replace(/-\d+$/, ''), port: appPorts[index] ?? 0 }))
  for (const { name, service, port } of places) {
    const env = { ...inherited, KAFKA_BROKERS: brokers, HOST: '127.0.0.1', PORT: String(port), POD_NAME: name, LOG_LEVEL: 'warn' }
    start(name, { command: process.execPath, args: [join(repository, `services/${service}/main.ts`)], env })
  }
  try {
    await Promise.all(places.map(({ name, port }) => untilReady(name, `http://127.0.0.1:${port}/readyz`)))
  } catch (error) {
    await stop(true)
    throw error
  }
  const orderUrls = places.filter(({ service }) => service === 'orders').map(({ port }) => `http://127.0.0.1:${port}`)
  return { brokers, victims, gate, orderUrls, directory, stop }
}

/** Faults that meet a shop which does not work yet meet no transaction. @throws Error when it takes too long */
async function untilReady(name: string, url: string): Promise<void> {
  const ask = () =>
    fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => ({ isReady: response.ok, said: await response.text() }),
      (error: unknown) => ({ isReady: false, said: String(error) }),
    )
  const { isReady, said } = await poll(ask, ({ isReady }) => isReady, { timeoutMs: readyWithinMs, everyMs: 200 })
  if (!isReady) throw new Error(`${name} is not ready after ${readyWithinMs} ms: ${said}`)
}
