import { repository } from '../paths.ts'
import { type Supervised, supervise, type ToolContext } from '../processes/supervise.ts'
import { brokersAnswer } from '../tools/kafka-ready.ts'
import type { BrokerPlace, KafkaSource } from '../tools/kafka-source.ts'

/** Its process here is only the client that shows what the container says. */
const inContainer = (): never => {
  throw new Error('Kafka runs in a container, which cannot be paused from here. It can be killed and held.')
}

/** Kafka as the shop sees it. */
export interface Broker {
  readonly brokers: string
  /** Absent when the brokers are somebody else's. */
  readonly process?: Supervised
  readonly ready: Promise<void>
}

/** Flushing its log takes the broker well below a second here. */
const stopWithinMs = 15_000
const foreignBrokersAnswerWithinMs = 15_000

/** Starts a broker and keeps it running, or uses the ones that are there. */
export function startBroker(source: KafkaSource, place: BrokerPlace, env: Readonly<Record<string, string>>, context: ToolContext): Broker {
  if (source.kind === 'brokers') return { brokers: source.brokers, ready: brokersAnswer(source.brokers, foreignBrokersAnswerWithinMs) }
  const brokers = `127.0.0.1:${place.port}`
  const process = supervise(
    {
      name: 'kafka/broker',
      launch: async () => {
        const launch = await source.launch(place)
        return { ...launch, env: { ...env, ...launch.env }, cwd: repository }
      },
      probe: async () =>
        (await brokersAnswer(brokers, 0).then(
          () => true,
          () => false,
        ))
          ? { ready: true }
          : { ready: false, why: 'Kafka does not answer yet' },
      stopWithinMs,
    },
    context,
  )
  return { brokers, process: source.kind === 'docker' ? { ...process, pause: inContainer } : process, ready: process.ready }
}
