import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'
import { CommandFailed } from './commands/command-failed.ts'
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
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      foreground: { type: 'boolean', default: false },
      purge: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      follow: { type: 'boolean', short: 'f', default: false },
      lines: { type: 'string', short: 'n', default: '200' },
    },
  })
  const [command = 'help', argument] = values.help ? ['help'] : positionals
  const paths = localPaths()
  enableCompileCache(paths.compileCache)
  switch (command) {
    case 'up':
      await (await import('./commands/up.ts')).up(paths, values, signal)
      return 0
    case 'down':
      await (await import('./commands/down.ts')).down(paths, values)
      return 0
    case 'status':
      await (await import('./commands/status.ts')).status(paths, values)
      return 0
    case 'logs': {
      const lines = Number(values.lines)
      if (!Number.isInteger(lines) || lines < 0) throw new CommandFailed(`--lines ${values.lines} is not a number of lines.`)
      await (await import('./commands/logs.ts')).logs(paths, { ...values, lines, ...(argument !== undefined && { of: argument }) }, signal)
      return 0
    }
    case 'restart':
      if (argument === undefined) throw new CommandFailed('Which replica? npm run -s local -- restart catalog-0')
      await (await import('./commands/restart.ts')).restart(paths, argument)
      return 0
    case 'help':
      console.log(usage)
      return 0
    default:
      console.error(`There is no command ${command}.\n\n${usage}`)
      return usageError
  }
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
// Nobody reads any more: `logs --follow | head`, or a terminal that was closed.
process.stdout.on('error', () => stop.abort())
try {
  process.exitCode = await run(process.argv.slice(2), stop.signal)
} catch (error) {
  if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error)
  process.exitCode = stop.signal.aborted ? interrupted : 1
}
