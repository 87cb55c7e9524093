import type { Manifest } from '../../../../../scripts/manifests/parse-manifests.ts'

/** A Deployment as the charts write it, with what a test wants to be different. */
export function deployment(name: string, replicas: number, container: Record<string, unknown> = {}): Manifest {
  const containers = [{ name, command: ['node', `services/${name}/main.ts`], ...container }]
  return Object.assign(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    { spec: { replicas, template: { spec: { containers } } } },
  )
}
