import { bootstrap } from './bootstrap.ts'
import { localApp, upstreams } from './clusters.ts'
import type { EnvoyInput, RenderedEnvoy } from './input.ts'
import { inboundListener, outboundListener } from './listeners.ts'
import { ManifestError, readManifests } from './read-manifests.ts'
import { meshServices, namespaceOf, podLabels, selects } from './registry.ts'
import { routeConfiguration } from './routes.ts'
import { collector } from './tracing.ts'

/**
 * Kubernetes and Istio resources → one sidecar's configuration, as istiod would give it to the pod. Pure.
 * @throws ManifestError with a line for each kind, name and field of what cannot be rendered
 */
export function renderEnvoy(input: EnvoyInput): RenderedEnvoy {
  const manifests = readManifests(input.manifests)
  const deployment = manifests.deployments.find(({ metadata }) => metadata.name === input.workload)
  if (!deployment) {
    const known = manifests.deployments.map(({ metadata }) => metadata.name).join(', ')
    throw new ManifestError([`No Deployment is named ${input.workload}. There are: ${known}.`])
  }
  const viewer = namespaceOf(deployment)
  const services = meshServices(manifests, input.instances, viewer)
  const { labels } = deployment.spec.template.metadata
  const own = manifests.services.findIndex((service) => namespaceOf(service) === viewer && selects(service.spec.selector, labels))
  const ownService = services[own]
  if (!ownService) throw new ManifestError([`No Service selects the pods of ${input.workload}, so nothing can be let in to them.`])

  const caller = { labels: podLabels(deployment, input.nodeId, manifests), xdsFolder: input.files.xds }
  const all = services.flatMap((service) => upstreams(service, caller))
  return {
    bootstrap: bootstrap(input),
    listeners: [outboundListener(input), inboundListener(input, ownService)],
    clusters: [
      ...all.map(({ cluster }) => cluster),
      localApp(ownService, input.self.appPort),
      ...(input.tracing ? [collector(input.tracing)] : []),
    ],
    endpoints: all.map(({ endpoints }) => endpoints),
    routes: [routeConfiguration(services, viewer)],
    warnings: manifests.warnings,
  }
}
