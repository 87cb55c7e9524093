import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'
import { median, range } from './statistics.ts'

/** Closed-loop load on one URL: what came back per second, and how long the slowest 1 % took. */
export interface Throughput {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
}

export interface Comparison {
  readonly withSidecars: Throughput
  readonly withoutSidecars: Throughput
  /** Medians of the rounds' ratios, with ÷ without, and their spread. */
  readonly requestsRatio: { median: number; min: number; max: number }
  readonly p99Ratio: { median: number; min: number; max: number }
}

/**
 * Measures one URL behind the sidecars and the same app without any Envoy, in turns, so that both see the same machine.
 * @param rounds pairs of measurements
 * @param seconds of each measurement; one more second before each warms up and is not counted
 */
export async function compareReads(
  withSidecars: string,
  withoutSidecars: string,
  { rounds = 5, seconds = 4, connections = 8, onRound = (_round: number) => {} } = {},
): Promise<Comparison> {
  const pairs: { on: Throughput; off: Throughput }[] = []
  for (let round = 1; round <= rounds; round += 1) {
    pairs.push({ on: await load(withSidecars, seconds, connections), off: await load(withoutSidecars, seconds, connections) })
    onRound(round)
  }
  const ratio = (of: (throughput: Throughput) => number) => {
    const ratios = pairs.map(({ on, off }) => of(on) / of(off))
    return { median: median(ratios), ...range(ratios) }
  }
  return {
    withSidecars: middle(pairs.map(({ on }) => on)),
    withoutSidecars: middle(pairs.map(({ off }) => off)),
    requestsRatio: ratio((throughput) => throughput.requestsPerSecond),
    p99Ratio: ratio((throughput) => throughput.p99Ms),
  }
}

async function load(url: string, seconds: number, connections: number): Promise<Throughput> {
  await autocannon({ url, connections, duration: 1 })
  const result = await autocannon({ url, connections, duration: seconds })
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.errors + result.timeouts + result.non2xx,
  }
}

function middle(rounds: readonly Throughput[]): Throughput {
  const of = (pick: (throughput: Throughput) => number) => median(rounds.map(pick))
  return {
    requestsPerSecond: of((round) => round.requestsPerSecond),
    p50Ms: of((round) => round.p50Ms),
    p99Ms: of((round) => round.p99Ms),
    failed: rounds.reduce((total, round) => total + round.failed, 0),
  }
}

/**
 * Starts a second gateway that dials the apps directly (`direct-dial.ts`), without sidecars on either side.
 * @param apps app ports of each service
 * @throws when it is not ready within 15 s
 */
export async function startGatewayWithoutSidecar(apps: Record<string, number[]>): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const gateway = spawn(process.execPath, ['--import', './scripts/bench/direct-dial.ts', 'services/gateway/main.ts'], {
    env: { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn', DIRECT_DIAL: JSON.stringify(apps) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  const stop = () => ended(gateway)
  const deadline = Date.now() + 15_000
  while (
    !(await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline || gateway.exitCode !== null) {
      await stop()
      throw new Error('The gateway without a sidecar did not get ready; the lines above say why.')
    }
    await delay(50)
  }
  return { url, stop }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port.')
  return address.port
}
