import { endProcesses } from './end-processes.ts'
import { supervisedOf } from './shop-processes.ts'

/** Processes whose output nobody reads any more rarely end in order. */
const politeMs = 5_000

/**
 * Ends what a supervisor that was killed left running, Kafka last.
 * @param folder of the shop
 * @returns the names of those that ran
 * @throws Error naming a process that cannot be ended
 */
export async function reapOrphans(folder: string): Promise<string[]> {
  const running = supervisedOf(folder)
  const { brokers = [], others = [] } = Object.groupBy(running, ({ name }) => (name.startsWith('kafka/') ? 'brokers' : 'others'))
  await endProcesses(others, politeMs)
  await endProcesses(brokers, politeMs)
  return running.map(({ name }) => name)
}
