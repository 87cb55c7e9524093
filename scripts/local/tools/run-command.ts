import { execFile } from 'node:child_process'

/** How a command ended; `code` is 127 when there is no such program, 124 when it took too long (as the shell and `timeout` say it). */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a command to its end; a failure is a result, not an exception.
 * @param timeoutMs the command is killed after this time
 * @param env its whole environment
 */
export function runCommand(
  command: string,
  args: readonly string[],
  timeoutMs = 30_000,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: timeoutMs, maxBuffer: 8 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: exitCode(error), stdout, stderr: stderr || (error?.message ?? '') })
    })
  })
}

function exitCode(error: (Error & { code?: string | number | null; killed?: boolean }) | null): number {
  if (!error) return 0
  if (error.code === 'ENOENT') return 127
  if (error.killed) return 124
  return typeof error.code === 'number' ? error.code : 1
}

/** The last line that says something: where command-line tools put the reason of a failure. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
