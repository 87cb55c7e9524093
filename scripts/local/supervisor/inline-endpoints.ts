import type { Json, RenderedEnvoy } from '../../../mesh/envoy/input.ts'

/**
 * Endpoints inside of their clusters instead of in files of their own. Each subscribed file costs Envoy an inotify instance, of which
 * a Linux user has 128 by default (fs.inotify.max_user_instances); twelve sidecars with a file for each service need more, and an
 * Envoy that gets none aborts. Here the endpoints change only while a replica restarts in order; its callers' clusters are made anew then.
 */
export function inlineEndpoints({ clusters, endpoints, ...rest }: RenderedEnvoy): RenderedEnvoy {
  const assignments = new Map(endpoints.map((assignment) => [assignment.cluster_name, assignment]))
  return { ...rest, clusters: clusters.map((cluster) => inlined(cluster, assignments.get(cluster.name))), endpoints: [] }
}

function inlined(cluster: Json, assignment: Json | undefined): Json {
  if (!assignment) return cluster
  const { type: _type, eds_cluster_config: _subscription, ...own } = cluster
  // The type is that of the list of resources, which has none for a part of a resource.
  const { '@type': _of, ...endpoints } = assignment
  return { ...own, type: 'STATIC', load_assignment: endpoints }
}
