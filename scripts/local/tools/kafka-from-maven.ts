import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaVersion } from '../../../services/shared/contracts/deployment.ts'
import { lastLine, tryTool } from '../../cli/run-tool.ts'
import { installOnce } from './install-once.ts'
import { propertiesText } from './java-properties.ts'
import { classArchive } from './kafka-class-archive.ts'
import { brokerProperties, clusterId, heap } from './kafka-properties.ts'
import type { BrokerLaunch, BrokerPlace, KafkaProgram, KafkaSource } from './kafka-source.ts'
import type { Provider } from './providers.ts'

const pom = fileURLToPath(new URL('kafka/pom.xml', import.meta.url))

/** Kafka 4 needs Java 17: https://kafka.apache.org/documentation/#java */
const oldestJava = 17

/** Serial collector and quick compiler: a second less to start and 100 MB less than the defaults, for a broker that is never busy. */
const jvm = [...heap, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']
const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true']
/** In another one Java cannot name files whose path is not ASCII. */
const locale = 'C.UTF-8'

/** Apache Kafka's own jars from Maven Central, run by the machine's Java. What takes a JVM long at each start is made once. */
export const kafkaFromMaven: Provider<KafkaSource> = async ({ env, tools, log }) => {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin/java') : 'java'
  const found = await javaVersion(java)
  if ('closed' in found) return found
  const jars = join(tools, `kafka-${kafkaVersion}`)
  await installOnce(jars, async (directory) => {
    if ((await tryTool('mvn', ['--version'])).code !== 0) throw new Error('no mvn (Maven) on PATH')
    log(`Downloading Kafka ${kafkaVersion} with Maven (43 MB)`)
    const maven = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${directory}`]
    const { code, stdout } = await tryTool('mvn', maven, { timeoutMs: 900_000 })
    if (code !== 0) throw new Error(`Maven fails: ${firstError(stdout)}`)
  })
  const program = { java, args: [...jvm, ...quiet, '-cp', join(jars, '*')], env: { LC_ALL: locale } }
  const formatted = await installOnce(`${jars}-formatted`, (directory) => format(program, directory))
  const withOption = (option: string): KafkaProgram => ({ ...program, args: [option, ...program.args] })
  const archive = await classArchive({
    directory: `${jars}-classes-${found.version}`,
    log,
    program,
    launch: (place, option) => launch(withOption(option), formatted, place),
  })
  const fast = archive === undefined ? program : withOption(archive)
  return {
    found: {
      kind: 'maven',
      launch: (place) => launch(fast, formatted, place),
      purge: (dataDir) => rm(dataDir, { recursive: true, force: true }),
    },
  }
}

async function javaVersion(java: string): Promise<{ version: string } | { closed: string }> {
  const { code, stderr } = await tryTool(java, ['-version'])
  if (code === 127) return { closed: 'no java on PATH' }
  // 'openjdk version "17.0.15"'; up to Java 8 it was "1.8.0".
  const version = /version "([\w.+-]+)"/.exec(stderr)?.[1]
  if (code !== 0 || version === undefined) return { closed: `java -version fails: ${lastLine(stderr)}` }
  const major = Number.parseInt(version, 10)
  return major >= oldestJava ? { version } : { closed: `java is ${major}, older than ${oldestJava}` }
}

/** An empty log directory of the one-node cluster. Every broker begins with a copy: formatting each takes a JVM and two seconds. */
async function format({ java, args, env }: KafkaProgram, directory: string): Promise<void> {
  const properties = join(directory, 'server.properties')
  // Read, and not kept.
  const addresses = { listen: '127.0.0.1:1', advertise: '127.0.0.1:1', internal: '127.0.0.1:2', controller: '127.0.0.1:3' }
  await writeFile(properties, propertiesText(brokerProperties({ ...addresses, dataDir: directory })))
  const storageTool = [...args, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]
  const { code, stdout, stderr } = await tryTool(java, storageTool, { timeoutMs: 60_000, env })
  if (code !== 0) throw new Error(`Kafka's data directory ${directory} cannot be formatted: ${lastLine(stderr || stdout)}`)
  await rm(properties)
}

async function launch({ java, args, env }: KafkaProgram, formatted: string, place: BrokerPlace): Promise<BrokerLaunch> {
  const { dataDir, port, advertisedPort = port, internalPort, controllerPort } = place
  const properties = join(dataDir, 'server.properties')
  const log = join(dataDir, 'log')
  const addresses = {
    listen: `127.0.0.1:${port}`,
    advertise: `127.0.0.1:${advertisedPort}`,
    internal: `127.0.0.1:${internalPort}`,
    controller: `127.0.0.1:${controllerPort}`,
  }
  await mkdir(log, { recursive: true })
  await writeFile(properties, propertiesText(brokerProperties({ ...addresses, dataDir: log })))
  if (!(await isFormatted(log))) await copyFormatted(formatted, log)
  return { command: java, args: [...args, 'kafka.Kafka', properties], env, cleanUp: async () => {} }
}

/** The file that says of which cluster and node a log directory is. */
const identity = 'meta.properties'

/** The identity last: a copy that was interrupted is not taken for a formatted directory. */
async function copyFormatted(from: string, to: string): Promise<void> {
  const rest = (await readdir(from)).filter((name) => name !== identity)
  for (const name of [...rest, identity]) await copyFile(join(from, name), join(to, name))
}

const isFormatted = (directory: string): Promise<boolean> =>
  stat(join(directory, identity)).then(
    () => true,
    () => false,
  )

/** Maven says the reason first and then much about itself. */
const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith('[ERROR]'))
    ?.slice('[ERROR] '.length) ?? lastLine(output)
