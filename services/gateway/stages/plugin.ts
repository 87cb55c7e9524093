import type { IncomingMessage } from 'node:http'
import type { Server } from '../../shared/runtime/http/server.ts'
import type { Stage } from './choose-stage.ts'
import type { StageTable } from './stage-table.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The stage that the request belongs to, as it was when the request came. */
    readonly stage: Stage
  }
}

/** The header by which the mesh chooses a subset (`npx breakwater traffic split`). */
const meshHeader = 'x-stage'

/**
 * For `createServer`, because a stage's prefix is taken off before Fastify looks the path up. The rest of the request runs as one that has asked
 * the mesh for the stage's subset.
 */
export const rewriteForStage =
  (table: StageTable) =>
  (request: IncomingMessage): string => {
    const { stage, url } = table.choose(request)
    const { mesh } = stage.settings
    if (mesh) request.headers[meshHeader] = mesh.stage
    return url
  }

/** Gives every request its `stage`. */
export function giveStages(app: Server, table: StageTable): void {
  app.decorateRequest('stage', {
    getter() {
      return table.choose(this.raw).stage
    },
  })
}
