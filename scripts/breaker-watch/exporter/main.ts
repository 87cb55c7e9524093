import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { breakerExporter } from '../../../services/shared/contracts/deployment.ts'
import { breakerWatch } from '../breaker-watch.ts'
import { clusterMesh } from '../meshes/cluster-mesh.ts'
import { watchWhileScraped } from '../prometheus/watch-while-scraped.ts'
import { serveMetrics } from './serve.ts'

/**
 * Tells Prometheus the state of every breaker of some namespaces' proxies. Runs in their cluster.
 * `NAMESPACES` (comma separated), `PORT`, `PERIOD_MS` between two readings
 */
const namespaces = (process.env.NAMESPACES ?? '').split(',').filter(Boolean)
if (namespaces.length === 0) throw new Error('NAMESPACES must name those whose proxies are to be read')

const config = new KubeConfig()
config.loadFromCluster()
const periodMs = Number(process.env.PERIOD_MS ?? 1_000)
const breakers = watchWhileScraped(breakerWatch(clusterMesh(config.makeApiClient(CoreV1Api), namespaces)), { periodMs })
const server = await serveMetrics(Number(process.env.PORT ?? breakerExporter.port), breakers)
console.log(
  JSON.stringify({ level: 'info', time: new Date().toISOString(), msg: `breakers of ${namespaces.join(', ')} are told at /metrics` }),
)

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    breakers.close()
    server.close()
    server.closeAllConnections()
  })
