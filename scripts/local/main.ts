import { enableCompileCache } from 'node:module'
import { parseCommand, UsageError } from './commands/parse-command.ts'
import { localPaths } from './paths.ts'

const usage = `Usage: npm run -s local -- <command>

  up [--foreground]     start the shop; returns when it is ready (in the foreground: when it is stopped, Ctrl-C)
  down [--purge]        stop it and everything it started (--purge: remove its data too)
  status [--json]       replicas, ports, restarts
  logs [<workload or replica>] [--follow] [--lines 200] [--json]
  restart <replica>     end one replica's process and start it again, e.g. catalog-0

Environment
  PORT                  port of the gateway (default 8080)
  KAFKA_BROKERS         brokers to use instead of one of our own
  BREAKWATER_ENVOY      path | pip | docker: where Envoy comes from (default: the first that works)
  BREAKWATER_KAFKA      brokers | maven | docker: where Kafka comes from (default: the first that works)
  BREAKWATER_LOCAL_DIR  folder of state, logs and data (default .local)
  BREAKWATER_MANIFESTS  folder of manifests to run (default dist/local, synthesized when stale)`

/** sysexits.h: the command was used incorrectly. */
const usageError = 64
/** What a shell reports for a command that Ctrl-C ended. */
const interrupted = 130

/** Commands are loaded when they are asked for: starting the shop needs much that the others do not. */
async function run(argv: string[], signal: AbortSignal): Promise<number> {
  const command = parseCommand(argv)
  const paths = localPaths()
  enableCompileCache(paths.compileCache)
  switch (command.name) {
    case 'up':
      return (await import('./commands/up.ts')).up(paths, command, signal)
    case 'supervise':
      await (await import('./commands/supervise.ts')).supervise(paths, signal)
      return 0
    case 'down':
      await (await import('./commands/down.ts')).down(paths, command)
      return 0
    case 'status':
      await (await import('./commands/status.ts')).status(paths, command)
      return 0
    case 'logs':
      await (await import('./commands/logs.ts')).logs(paths, command, signal)
      return 0
    case 'restart':
      await (await import('./commands/restart.ts')).restart(paths, command.replica)
      return 0
    case 'help':
      console.log(usage)
      return 0
  }
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
// Nobody reads any more, `logs --follow | head` or a terminal that was closed, or the disk of the output is full.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort())
try {
  process.exitCode = await run(process.argv.slice(2), stop.signal)
} catch (error) {
  if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error)
  process.exitCode = stop.signal.aborted ? interrupted : error instanceof UsageError ? usageError : 1
}
