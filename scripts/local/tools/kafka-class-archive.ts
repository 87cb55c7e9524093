import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tryTool } from '../../cli/run-tool.ts'
import { freePorts } from '../processes/free-ports.ts'
import { installOnce } from './install-once.ts'
import type { BrokerLaunch, BrokerPlace, KafkaProgram } from './kafka-source.ts'
import { runBroker } from './run-broker.ts'

export interface ClassArchiveOptions {
  /** Where the archive lives; of one Kafka and one Java. */
  readonly directory: string
  /** Takes one line of progress. */
  readonly log: (line: string) => void
  readonly program: KafkaProgram
  /** How to start a broker with one more option of the JVM. */
  readonly launch: (place: BrokerPlace, option: string) => Promise<BrokerLaunch>
}

const file = 'classes.jsa'
/** It writes some 50 MB at its end. */
const stopWithinMs = 120_000

/**
 * Kafka's classes as the JVM keeps them in memory: a broker that maps them starts with half of the processor time (5.8 → 3.4 s).
 * A broker that runs once and ends writes the archive: https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 * @returns the option of the JVM that uses it; undefined where this Java cannot, which costs only time
 */
export async function classArchive({ directory, log, program, launch }: ClassArchiveOptions): Promise<string | undefined> {
  const archive = join(directory, file)
  const option = `-XX:SharedArchiveFile=${archive}`
  await installOnce(directory, async (partial) => {
    log("Keeping Kafka's classes for faster starts (once, about 10 s)")
    const made = join(partial, file)
    await runOnce(partial, (place) => launch(place, `-XX:ArchiveClassesAtExit=${made}`)).catch(() => {})
    const check = ['-Xshare:on', `-XX:SharedArchiveFile=${made}`, '-XX:+VerifySharedSpaces', ...program.args, '-version']
    const fits = (await tryTool(program.java, check, { env: program.env })).code === 0
    for (const name of await readdir(partial)) if (name !== file || !fits) await rm(join(partial, name), { recursive: true })
  })
  return (await readdir(directory)).includes(file) ? option : undefined
}

async function runOnce(directory: string, launch: (place: BrokerPlace) => Promise<BrokerLaunch>): Promise<void> {
  const [port = 0, internalPort = 0, controllerPort = 0] = await freePorts(3)
  const place = { dataDir: join(directory, 'data'), port, internalPort, controllerPort }
  const broker = await runBroker(await launch(place), `127.0.0.1:${port}`, join(directory, 'kafka.log'))
  await broker.stop(stopWithinMs)
}
