import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { freePorts, isTaken } from '../processes/free-ports.ts'
import { ensureKafka } from './kafka.ts'
import { brokersAnswer } from './kafka-ready.ts'
import type { KafkaSource } from './kafka-source.ts'

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

/** A cold JVM on two busy cores needs some 5 s. */
const readyWithinMs = 60_000
const stopWithinMs = 15_000

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
  const [clientPort = 0, internalPort = 0, controllerPort = 0] = await freePorts(3)
  const place = { dataDir, port: port ?? clientPort, internalPort, controllerPort }
  const { command, args, env, cleanUp } = await source.launch(place)
  await mkdir(dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile, { flags: 'a' })
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const ended = once(child, 'close').then(() => log.end())
  const early = new AbortController()
  child.once('exit', (code, signal) => early.abort(new Error(`Kafka ended with ${signal ?? code}; see ${logFile}.`)))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    await ended
    clearTimeout(kill)
    await cleanUp()
  }
  try {
    const brokers = `127.0.0.1:${place.port}`
    await brokersAnswer(brokers, readyWithinMs, early.signal)
    return { brokers, ...(child.pid === undefined ? {} : { pid: child.pid }), stop, purge: () => source.purge(dataDir) }
  } catch (error) {
    await stop()
    throw error
  }
}
