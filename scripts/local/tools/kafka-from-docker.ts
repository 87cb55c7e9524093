import { createHash } from 'node:crypto'
import { containerLabel, docker, dockerClosed, ensureImage } from './docker.ts'
import { brokerProperties, clusterId, heap } from './kafka-properties.ts'
import type { BrokerLaunch, BrokerPlace, KafkaSource } from './kafka-source.ts'
import { runCommand } from './run-command.ts'
import type { Way } from './ways.ts'

const image = 'apache/kafka:4.1.0'

/** The published image: the broker's process is the `docker run` that stays attached to its container. */
export const kafkaFromDocker: Way<KafkaSource> = async ({ say }) => {
  const closed = await dockerClosed()
  if (closed !== undefined) return { closed }
  try {
    await ensureImage(image, say)
  } catch (error) {
    return { closed: error instanceof Error ? error.message : String(error) }
  }
  return {
    found: {
      kind: 'docker',
      launch,
      purge: async (dataDir) => void (await runCommand('docker', ['volume', 'rm', '--force', nameFor(dataDir)])),
    },
  }
}

/** One container and one volume of the same name for a data directory: the image's user could not write into a directory of ours. */
const nameFor = (dataDir: string): string => `breakwater-kafka-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`

async function launch({ dataDir, port }: BrokerPlace): Promise<BrokerLaunch> {
  const name = nameFor(dataDir)
  const cleanUp = async (): Promise<void> => void (await runCommand('docker', ['rm', '--force', '--volumes', name]))
  await cleanUp()
  const inside = '/var/lib/kafka/data'
  await docker(['volume', 'create', '--label', containerLabel, name])
  const properties = brokerProperties({
    listen: '0.0.0.0:9092',
    advertise: `127.0.0.1:${port}`,
    controller: '127.0.0.1:9093',
    dataDir: inside,
  })
  const environment = { ...imageVariables(properties), CLUSTER_ID: clusterId, KAFKA_HEAP_OPTS: heap.join(' ') }
  const args = ['run', '--rm', '--name', name, '--label', containerLabel, '-p', `127.0.0.1:${port}:9092`, '-v', `${name}:${inside}`]
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  return { command: 'docker', args: [...args, ...variables, image], cleanUp }
}

/** The image reads the property `a.b` from the variable `KAFKA_A_B`. */
export const imageVariables = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll('.', '_')}`, value]))
