import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaVersion } from '../../../services/shared/contracts/deployment.ts'
import { lastLine, tryTool } from '../../cli/run-tool.ts'
import { installOnce } from './install-once.ts'
import { propertiesText } from './java-properties.ts'
import { brokerProperties, clusterId, heap } from './kafka-properties.ts'
import type { BrokerLaunch, BrokerPlace, KafkaSource } from './kafka-source.ts'
import type { Provider } from './providers.ts'

const pom = fileURLToPath(new URL('kafka/pom.xml', import.meta.url))

/** Kafka 4 needs Java 17: https://kafka.apache.org/documentation/#java */
const oldestJava = 17

/** Serial collector and quick compiler: a second less to start and 100 MB less than the defaults, for a broker that is never busy. */
const jvm = [...heap, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']
const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true']

/** Apache Kafka's own jars from Maven Central, run by the machine's Java. */
export const kafkaFromMaven: Provider<KafkaSource> = async ({ env, tools, log }) => {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin/java') : 'java'
  const tooOld = await javaClosed(java)
  if (tooOld !== undefined) return { closed: tooOld }
  const jars = join(tools, `kafka-${kafkaVersion}`)
  await installOnce(jars, async (directory) => {
    if ((await tryTool('mvn', ['--version'])).code !== 0) throw new Error('no mvn (Maven) on PATH')
    log(`Downloading Kafka ${kafkaVersion} with Maven (43 MB)`)
    const maven = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${directory}`]
    const { code, stdout } = await tryTool('mvn', maven, { timeoutMs: 900_000 })
    if (code !== 0) throw new Error(`Maven fails: ${firstError(stdout)}`)
  })
  return { found: { kind: 'maven', launch: launchWith(java, jars), purge: (dataDir) => rm(dataDir, { recursive: true, force: true }) } }
}

async function javaClosed(java: string): Promise<string | undefined> {
  const { code, stderr } = await tryTool(java, ['-version'])
  if (code === 127) return 'no java on PATH'
  // 'openjdk version "17.0.15"'; up to Java 8 it was "1.8.0".
  const major = Number(/version "(\d+)/.exec(stderr)?.[1])
  if (code !== 0 || Number.isNaN(major)) return `java -version fails: ${lastLine(stderr)}`
  return major >= oldestJava ? undefined : `java is ${major}, older than ${oldestJava}`
}

const launchWith =
  (java: string, jars: string) =>
  async ({ dataDir, port, advertisedPort = port, internalPort, controllerPort }: BrokerPlace): Promise<BrokerLaunch> => {
    const properties = join(dataDir, 'server.properties')
    const client = `127.0.0.1:${port}`
    const log = join(dataDir, 'log')
    const own = { internal: `127.0.0.1:${internalPort}`, controller: `127.0.0.1:${controllerPort}` }
    const wanted = brokerProperties({ listen: client, advertise: `127.0.0.1:${advertisedPort}`, ...own, dataDir: log })
    await mkdir(dataDir, { recursive: true })
    await writeFile(properties, propertiesText(wanted))
    const program = [...jvm, ...quiet, '-cp', join(jars, '*')]
    if (!(await isFormatted(log))) {
      const format = [...program, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]
      const { code, stdout, stderr } = await tryTool(java, format, { timeoutMs: 60_000, env: utf8 })
      if (code !== 0) throw new Error(`Kafka's data directory ${log} cannot be formatted: ${lastLine(stderr || stdout)}`)
    }
    return { command: java, args: [...program, 'kafka.Kafka', properties], env: utf8, cleanUp: async () => {} }
  }

/** In another locale Java cannot name files whose path is not ASCII. */
const utf8 = { LC_ALL: 'C.UTF-8' }

const isFormatted = (directory: string): Promise<boolean> =>
  stat(join(directory, 'meta.properties')).then(
    () => true,
    () => false,
  )

/** Maven says the reason first and then much about itself. */
const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith('[ERROR]'))
    ?.slice('[ERROR] '.length) ?? lastLine(output)
