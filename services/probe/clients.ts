import { Agent } from 'undici'
import type { RunRecord } from './routes/run.ts'

/** One request to send, through the proxy beside us. */
export interface Shot {
  readonly service: string
  readonly method: string
  readonly path: string
  readonly timeoutMs: number
}

/** Sends one request and tells what came of it; never throws. */
export interface Client {
  send(shot: Shot, signal: AbortSignal): Promise<RunRecord>
  close(): Promise<void>
}

/** @param outbound `host:port` of the sidecar's outbound listener; without it the Service's own name, which Istio redirects */
export function createClient(outbound: string | undefined): Client {
  const agent = new Agent()
  return {
    send: async ({ service, method, path, timeoutMs }, signal) => {
      const started = performance.now()
      const ms = () => Math.round((performance.now() - started) * 1000) / 1000
      try {
        const { statusCode, headers, body } = await agent.request({
          origin: `http://${outbound ?? `${service}:80`}`,
          method,
          path,
          headers: { host: service },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        await body.dump()
        return { status: statusCode, ms: ms(), overloaded: headers['x-envoy-overloaded'] !== undefined }
      } catch (error) {
        return { ms: ms(), overloaded: false, error: error instanceof Error ? error.message : String(error) }
      }
    },
    close: () => agent.destroy(),
  }
}
