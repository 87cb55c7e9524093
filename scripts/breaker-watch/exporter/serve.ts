import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { ScrapedBreakers } from '../prometheus/watch-while-scraped.ts'

/** Serves `/metrics`, and `/healthz` for probes, on all addresses. @returns listening */
export async function serveMetrics(port: number, breakers: ScrapedBreakers): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/healthz') return response.end('ok\n')
    if (path !== '/metrics') return response.writeHead(404).end('There are /metrics and /healthz here.\n')
    breakers.scrape().then(
      (text) => response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(text),
      (error: unknown) => response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`),
    )
    return undefined
  })
  await once(server.listen(port), 'listening')
  return server
}
