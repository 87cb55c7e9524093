import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { pino } from 'pino'
import { Type } from 'typebox'
import { type ApiVersion, answer, apiRoute, type Parts } from '../../../services/gateway/api/api-route.ts'
import { bindVersion } from '../../../services/gateway/api/bind-version.ts'
import { createGateway } from '../../../services/gateway/app.ts'
import { createMetrics } from '../../../services/shared/runtime/process/metrics.ts'
import type { ServerKind } from './servers.ts'

/** A process of its own, so that nothing but the server takes its CPU. Tells its parent the port, and its CPU time whenever asked. */

const body = { hello: 'world' }
const version: ApiVersion = {
  name: 'bench',
  routes: [
    apiRoute({
      operationId: 'hello',
      method: 'GET',
      path: '/hello',
      summary: 'The smallest answer',
      tag: 'bench',
      access: 'anonymous',
      answers: { 200: { description: 'Hello', body: Type.Object({ hello: Type.String() }) } },
      handler: () => answer(200, body),
    }),
  ],
}

/** Nobody is asked. */
const noParts = {} as Parts
const noMesh = { request: () => Promise.reject(new Error('There is no mesh.')), close: async () => undefined }

const servers: Readonly<Record<ServerKind, () => Promise<{ readonly port: number }>>> = {
  'node:http': async () => {
    const server = createServer((_request, response) => {
      const text = JSON.stringify(body)
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return server.address() as AddressInfo
  },
  table: async () => {
    const app = fastify()
    bindVersion(app, version, noParts)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server.address() as AddressInfo
  },
  gateway: async () => {
    const app = createGateway({
      mesh: noMesh,
      logger: pino({ level: 'info' }, pino.destination('/dev/null')),
      metrics: createMetrics({ service: 'gateway', pod: 'bench' }),
    })
    bindVersion(app, version, noParts)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server.address() as AddressInfo
  },
}

const { port } = await servers[process.argv[2] as ServerKind]()
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit(0))
process.send?.({ port })
