import { freePorts, isTaken } from '../processes/free-ports.ts'
import { ensureKafka } from './kafka.ts'
import { brokersAnswer } from './kafka-ready.ts'
import type { KafkaSource } from './kafka-source.ts'
import { readyWithinMs, runBroker } from './run-broker.ts'

/** A broker that answers. */
export interface RunningKafka {
  /** `host:port`, several with commas. */
  readonly brokers: string
  /** Absent when the brokers are somebody else's. */
  readonly pid?: number
  /** Ends the process and waits for its end; the data stays. Brokers of somebody else are left alone. */
  readonly stop: () => Promise<void>
  /** Removes the data; call it after `stop`. */
  readonly purge: () => Promise<void>
}

export interface KafkaOptions {
  readonly dataDir: string
  /** A free one when absent. */
  readonly port?: number
  /** The broker's own output is appended to it. */
  readonly logFile: string
  readonly kafka?: KafkaSource
}

/**
 * Starts one broker on 127.0.0.1 and waits until it answers.
 * @throws MissingTool without Kafka; Error when the port is taken, the broker ends or does not answer in time
 */
export async function startKafka({ dataDir, port, logFile, kafka }: KafkaOptions): Promise<RunningKafka> {
  const source = kafka ?? (await ensureKafka())
  if (source.kind === 'brokers') {
    await brokersAnswer(source.brokers, readyWithinMs)
    return { brokers: source.brokers, stop: async () => {}, purge: async () => {} }
  }
  // Otherwise whoever listens there would answer in our broker's place.
  if (port !== undefined && (await isTaken(port))) throw new Error(`Port ${port}, wanted for Kafka, is taken.`)
  const [clientPort = 0, internalPort = 0, controllerPort = 0] = await freePorts(3, port)
  const place = { dataDir, port: port ?? clientPort, internalPort, controllerPort }
  const brokers = `127.0.0.1:${place.port}`
  const { pid, stop } = await runBroker(await source.launch(place), brokers, logFile)
  return { brokers, ...(pid === undefined ? {} : { pid }), stop, purge: () => source.purge(dataDir) }
}
