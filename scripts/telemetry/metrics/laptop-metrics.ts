import { namespace } from '../../../services/shared/contracts/topology.ts'
import { breakerWatch } from '../../breaker-watch/breaker-watch.ts'
import { localMesh } from '../../breaker-watch/meshes/local-mesh.ts'
import { watchWhileScraped } from '../../breaker-watch/prometheus/watch-while-scraped.ts'
import { type LocalState, readState } from '../../local/state.ts'
import { shopMetrics } from './shop-metrics.ts'

/**
 * The metrics of the shop on this machine: of its services, sidecars and breakers.
 * @param stateFile what its supervisor writes
 * @returns asks all of them, each time
 */
export function laptopMetrics(stateFile: string): () => Promise<string> {
  const state = async (): Promise<LocalState> => {
    const found = await readState(stateFile)
    if (found === undefined) throw new Error('no shop runs here')
    return found
  }
  const breakers = watchWhileScraped(breakerWatch(localMesh(namespace, state)))
  return async () => {
    const { replicas } = await state()
    const scraped = replicas.map(({ workload, name, app, sidecar }) => ({
      namespace,
      workload,
      pod: name,
      appPort: app.port,
      adminPort: sidecar.adminPort,
    }))
    return shopMetrics(scraped, [breakers.scrape()])
  }
}
