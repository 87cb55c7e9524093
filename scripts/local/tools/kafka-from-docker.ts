import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { images, kafkaVariables } from '../../../services/shared/contracts/deployment.ts'
import { tryTool } from '../../cli/run-tool.ts'
import { containerLabel, docker, dockerClosed, ensureImage } from './docker.ts'
import { brokerProperties, clusterId, heap } from './kafka-properties.ts'
import type { BrokerLaunch, BrokerPlace, KafkaSource } from './kafka-source.ts'
import type { Provider } from './providers.ts'

/** The published image: the broker's process is the `docker run` that stays attached to its container. */
export const kafkaFromDocker: Provider<KafkaSource> = async ({ log }) => {
  const closed = await dockerClosed()
  if (closed !== undefined) return { closed }
  await ensureImage(images.kafka, log)
  return { found: { kind: 'docker', launch, purge: removeVolume } }
}

/** One container and one volume of the same name for a data directory: the image's user could not write into a directory of ours. */
const nameFor = (dataDir: string): string => `breakwater-kafka-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`

/** Ends the container that keeps its data for this directory, if there is one, whatever became of the directory. */
export async function removeContainer(dataDir: string): Promise<void> {
  await tryTool('docker', ['rm', '--force', '--volumes', nameFor(dataDir)])
}

/** Removes the data that a container kept for this directory, if there are any, and the directory. */
export async function removeVolume(dataDir: string): Promise<void> {
  if ((await dockerClosed()) === undefined) await docker(['volume', 'rm', '--force', nameFor(dataDir)])
  await rm(dataDir, { recursive: true, force: true })
}

async function launch({ dataDir, port }: BrokerPlace): Promise<BrokerLaunch> {
  const name = nameFor(dataDir)
  const cleanUp = (): Promise<void> => removeContainer(dataDir)
  await cleanUp()
  const inside = '/var/lib/kafka/data'
  await docker(['volume', 'create', '--label', containerLabel, name])
  const properties = brokerProperties({
    listen: '0.0.0.0:9092',
    advertise: `127.0.0.1:${port}`,
    internal: '127.0.0.1:9094',
    controller: '127.0.0.1:9093',
    dataDir: inside,
  })
  const environment = { ...kafkaVariables(properties), CLUSTER_ID: clusterId, KAFKA_HEAP_OPTS: heap.join(' ') }
  const args = ['run', '--rm', '--name', name, '--label', containerLabel, '-p', `127.0.0.1:${port}:9092`, '-v', `${name}:${inside}`]
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  return { command: 'docker', args: [...args, ...variables, images.kafka], cleanUp }
}
