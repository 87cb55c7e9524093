import { entryWorkload } from '../plan/ports.ts'
import type { Shop } from './shop.ts'

/**
 * Ends all processes: the gateway first, so that nothing new comes in; then the other apps, which still reach Kafka and each other
 * through their sidecars; Kafka last. Bounded, because each process gets SIGKILL when SIGTERM was not enough.
 * @param say takes one line for each step
 */
export async function stopShop({ broker, replicas }: Shop, say: (line: string) => void): Promise<void> {
  const [entries, others] = [
    replicas.filter(({ replica }) => replica.workload === entryWorkload),
    replicas.filter(({ replica }) => replica.workload !== entryWorkload),
  ]
  say(`stopping ${entryWorkload}`)
  await Promise.all(entries.map(({ app }) => app.stop()))
  say(`stopping ${others.length} other replicas`)
  await Promise.all(others.map(({ app }) => app.stop()))
  say('stopping sidecars')
  await Promise.all(replicas.map(({ sidecar }) => sidecar.stop()))
  if (!broker.process) return
  say('stopping Kafka')
  await broker.process.stop()
}
