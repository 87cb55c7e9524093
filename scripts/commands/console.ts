import type { Command } from 'commander'
import { jsonOption, portNumber, type TargetName, targetOption } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

/** `console`. */
export function addConsoleCommand(program: Command): void {
  program
    .command('console')
    .helpGroup(heading('look'))
    .summary('serve the live page of breakers, experiments and orders; make up serves it too')
    .description(
      `Serves a live page at a port of this machine: breakers of every caller, experiments
by a click, orders. It reads the proxies only while somebody looks.
The URL that it prints has a token, without which the page only looks. In a
cluster the page only looks unless --allow-actions is given.
When the shop on this machine serves a console already, its URL is printed.`,
    )
    .option('--port <port>', 'port of 127.0.0.1 (default: one that is free)', portNumber)
    .option('--allow-actions', 'in a cluster: let the page run experiments and change things', false)
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((options: { target: TargetName; port?: number; allowActions: boolean; json: boolean }) =>
      runAction(async ({ signal }) =>
        (await import('../console/command.ts')).consoleCommand((await import('../local/paths.ts')).localPaths(), options, signal),
      ),
    )
}
