import autocannon from 'autocannon'
import { type HelloServer, type ServerKind, serverKinds, startServer } from './gateway/servers.ts'

/** One measurement of one server. */
export interface HelloMeasured {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  /** µs of the server's CPU that one request takes; it does not depend on how fast the client is. */
  readonly cpuMicroseconds: number
  readonly failed: number
}

/** Each round measures every server once, one after the other, so that all see the same machine. */
export type GatewayMeasured = readonly Readonly<Record<ServerKind, HelloMeasured>>[]

export interface GatewayOptions {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** How much of what bare Node can do is left with the table of routes, and with the whole gateway, for the smallest answer. Needs no shop. */
export async function benchGateway({ rounds, seconds, connections, progress, signal }: GatewayOptions): Promise<GatewayMeasured> {
  const servers = new Map<ServerKind, HelloServer>()
  try {
    for (const kind of serverKinds) servers.set(kind, await startServer(kind))
    for (const server of servers.values()) await measure(server, { seconds: 1, connections })
    const measured: Record<ServerKind, HelloMeasured>[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const seen: [ServerKind, HelloMeasured][] = []
      for (const [kind, server] of servers) {
        signal.throwIfAborted()
        seen.push([kind, await measure(server, { seconds, connections })])
      }
      measured.push(Object.fromEntries(seen) as Record<ServerKind, HelloMeasured>)
      progress(`round ${round} of ${rounds}`)
    }
    return measured
  } finally {
    for (const server of servers.values()) await server.stop()
  }
}

async function measure(server: HelloServer, load: { seconds: number; connections: number }): Promise<HelloMeasured> {
  const before = await server.cpuSeconds()
  const { requests, latency, errors, timeouts, non2xx } = await autocannon({
    url: server.url,
    connections: load.connections,
    duration: load.seconds,
  })
  const cpu = (await server.cpuSeconds()) - before
  return {
    requestsPerSecond: requests.average,
    p50Ms: latency.p50,
    cpuMicroseconds: (cpu / requests.total) * 1e6,
    failed: errors + timeouts + non2xx,
  }
}
