import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** `node:http`: nothing but Node. `table`: one row of a table of routes on Fastify. `gateway`: the same row in the gateway with all that it has. */
export const serverKinds = ['node:http', 'table', 'gateway'] as const
export type ServerKind = (typeof serverKinds)[number]

/** One server in a process of its own. */
export interface HelloServer {
  readonly url: string
  /** Seconds of CPU so far. */
  cpuSeconds(): Promise<number>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('./hello-server.ts', import.meta.url))

/** @throws when it ends before it listens */
export async function startServer(kind: ServerKind): Promise<HelloServer> {
  const child = fork(program, [kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const { port } = await told<{ port: number }>(child)
  return {
    url: `http://127.0.0.1:${port}${kind === 'node:http' ? '/' : '/bench/hello'}`,
    async cpuSeconds() {
      child.send('cpu')
      const { cpu } = await told<{ cpu: NodeJS.CpuUsage }>(child)
      return (cpu.user + cpu.system) / 1e6
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function told<Message>(child: ChildProcess): Promise<Message> {
  const heard = new AbortController()
  const gone = once(child, 'exit', heard).then(
    () => Promise.reject(new Error('A server of the benchmark ended; the lines above say why.')),
    // Somebody was heard, so nobody waits for its end.
    () => undefined,
  )
  const [message] = (await Promise.race([once(child, 'message', heard), gone])) as [Message]
  heard.abort()
  return message
}
