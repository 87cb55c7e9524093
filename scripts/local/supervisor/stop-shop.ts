import { gatewayWorkload } from '../plan/ports.ts'
import type { Shop } from './shop.ts'

/**
 * Ends all processes: first the console, which may have broken something that it now puts back; then the gateway, so that nothing new comes in; then the other apps, which still reach Kafka and each other
 * through their sidecars; Kafka; and last who stores what they all have logged. Bounded, because each process gets SIGKILL when SIGTERM was not enough.
 * @param log takes one line for each step
 */
export async function stopShop({ broker, replicas, telemetry, console: page }: Shop, log: (line: string) => void): Promise<void> {
  const [entries, others] = [
    replicas.filter(({ replica }) => replica.workload === gatewayWorkload),
    replicas.filter(({ replica }) => replica.workload !== gatewayWorkload),
  ]
  await page?.process.stop()
  log(`stopping ${gatewayWorkload}`)
  await Promise.all(entries.map(({ app }) => app.stop()))
  log(`stopping ${others.length} other replicas`)
  await Promise.all(others.map(({ app }) => app.stop()))
  log('stopping sidecars')
  await Promise.all(replicas.map(({ sidecar }) => sidecar.stop()))
  if (broker.process) {
    log('stopping Kafka')
    await broker.process.stop()
  }
  await telemetry?.process.stop()
}
