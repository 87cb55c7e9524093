import type { MeshClient } from './mesh-client.ts'
import { preferredWait } from './prefer.ts'

/**
 * The same client, which tells how long each answer took, a refusal of the service included. Calls without an answer are not told, nor long polls:
 * how long they take is not up to the service.
 */
export function timedMeshClient(mesh: MeshClient, answered: (service: string, ms: number) => void): MeshClient {
  return {
    async request(service, request) {
      const from = performance.now()
      const answer = await mesh.request(service, request)
      if (preferredWait(request.headers?.prefer) === undefined) answered(service, performance.now() - from)
      return answer
    },
    close: () => mesh.close(),
  }
}
