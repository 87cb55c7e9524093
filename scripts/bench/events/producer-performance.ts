import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLine, tryTool } from '../../cli/run-tool.ts'
import { localPaths } from '../../local/paths.ts'
import { installOnce } from '../../local/tools/install-once.ts'

const pom = fileURLToPath(new URL('kafka-tools/pom.xml', import.meta.url))
const records = 200_000
/** As large as an event of the shop with its headers. */
const recordBytes = 600
const withinMs = 120_000

/**
 * Records a second of Kafka's own tool (Java), idempotent and acknowledged by all as ours are, to the same broker.
 * @param topic exists
 * @returns undefined where there is no Java or Maven
 */
export async function producerPerformance(brokers: string, topic: string): Promise<number | undefined> {
  const jars = join(localPaths().tools, 'kafka-tools-4.1.0')
  try {
    await installOnce(jars, async (directory) => {
      const maven = ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${directory}`]
      const { code, stdout } = await tryTool('mvn', maven, { timeoutMs: 900_000 })
      if (code !== 0) throw new Error(lastLine(stdout))
    })
  } catch {
    return undefined
  }
  const work = ['--topic', topic, '--num-records', String(records), '--record-size', String(recordBytes), '--throughput', '-1']
  const producer = ['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all', 'enable.idempotence=true']
  const tool = ['-cp', join(jars, '*'), 'org.apache.kafka.tools.ProducerPerformance', ...work, ...producer]
  const { code, stdout, stderr } = await tryTool('java', tool, { timeoutMs: withinMs })
  // `200000 records sent, 121802.7 records/sec (69.70 MB/sec), 244.13 ms avg latency, …`
  const rate = Number(/records sent, ([\d.]+) records\/sec/.exec(stdout.trim().split('\n').at(-1) ?? '')?.[1])
  if (code !== 0 || Number.isNaN(rate)) throw new Error(`Kafka's producer performance tool failed: ${lastLine(stderr || stdout)}`)
  return rate
}
