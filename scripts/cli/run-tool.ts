import { execa, type Options } from 'execa'
import { ToolError } from './command-error.ts'

const installation: Readonly<Record<string, string>> = {
  aws: 'install the AWS CLI 2 (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)',
  docker: 'install Docker and start it (https://docs.docker.com/get-docker/)',
  kind: 'install kind (https://kind.sigs.k8s.io/docs/user/quick-start/#installation)',
  istioctl: 'install istioctl 1.31 (https://istio.io/latest/docs/setup/getting-started/#download)',
  kubectl: 'install kubectl (https://kubernetes.io/docs/tasks/tools/)',
}

export interface ToolOptions {
  /** What the tool reads from stdin; without it, it finds the end there. */
  readonly input?: string
  /** Then the tool is ended: by SIGTERM, and five seconds later by SIGKILL. */
  readonly timeoutMs?: number
  /** Ends the tool likewise. */
  readonly signal?: AbortSignal
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/**
 * Runs a command-line tool to its end; it ends with this process.
 * @param options `timeoutMs` is two minutes by default
 * @returns what it printed on stdout
 * @throws ToolError when the tool is missing (with where to get it), took too long, or failed; what `signal` was aborted with
 */
export async function runTool(tool: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { timeoutMs = 120_000 } = options
  const result = await captured(tool, args, { ...options, timeoutMs })
  if (!result.failed) return result.stdout
  if (isMissing(tool, result)) throw missing(tool)
  const output = result.stderr || result.stdout
  const command = shortened(result.escapedCommand)
  if (result.timedOut) throw new ToolError(`${command} took longer than ${timeoutMs / 1000} s.`, output)
  if (result.exitCode !== undefined) throw new ToolError(`${command} failed with exit code ${result.exitCode}${quoted(output)}`, output)
  if (result.signal !== undefined) throw new ToolError(`${command} was ended by ${result.signal}${quoted(output)}`, output)
  throw new ToolError(`${command} cannot be run: ${result.originalMessage}`)
}

/** How a tool ended; `code` is 127 when there is no such program, 124 when it took too long (as the shell and `timeout` say it). */
export interface ToolResult {
  readonly code: number
  readonly stdout: string
  /** What the tool printed there; why it failed when it printed nothing. */
  readonly stderr: string
}

/**
 * Runs a command-line tool to its end; it ends with this process. A failure is a result, not an exception.
 * @param options `timeoutMs` is 30 seconds by default: enough for a question
 * @throws what `signal` was aborted with
 */
export async function tryTool(tool: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const result = await captured(tool, args, { timeoutMs: 30_000, ...options })
  return { code: codeOf(tool, result), stdout: result.stdout, stderr: result.stderr || (result.shortMessage ?? '') }
}

/**
 * Runs a command-line tool for the person who reads its output: it has this process's terminal, and no time limit.
 * @param onLine takes the lines of its stdout in place of the terminal
 * @returns its exit code, 1 when a signal ended it
 * @throws ToolError when the tool is missing
 */
export async function showTool(
  tool: string,
  args: readonly string[],
  { onLine, signal, cwd }: Pick<ToolOptions, 'signal' | 'cwd'> & { readonly onLine?: (line: string) => void } = {},
): Promise<number> {
  const stdout = onLine ? 'pipe' : 'inherit'
  const run = execa(tool, args, { ...common({ signal, cwd }), stdin: 'inherit', stdout, stderr: 'inherit', buffer: false, reject: false })
  if (onLine) for await (const line of run) onLine(line)
  const result = await run
  if (isMissing(tool, result)) throw missing(tool)
  return codeOf(tool, result)
}

async function captured(tool: string, args: readonly string[], { input = '', timeoutMs = 0, signal, env = {}, cwd }: ToolOptions) {
  const options = { ...common({ signal, cwd }), input, timeout: timeoutMs, env }
  const result = await execa(tool, args, { ...options, reject: false, stripFinalNewline: false })
  signal?.throwIfAborted()
  return result
}

const common = ({ signal, cwd }: { signal: AbortSignal | undefined; cwd: string | undefined }): Pick<Options, 'cancelSignal' | 'cwd'> => ({
  ...(signal && { cancelSignal: signal }),
  ...(cwd !== undefined && { cwd }),
})

const missing = (tool: string): ToolError => new ToolError(`${tool} is missing: ${installation[tool] ?? `install ${tool}`}.`)

interface Ending {
  readonly failed: boolean
  readonly timedOut: boolean
  readonly exitCode?: number | undefined
  /** Of the system, when there was no start. */
  readonly code?: string | undefined
}

/** Where this user may not enter a folder of PATH, the system says EACCES of a program that is in none of them. */
const isMissing = (tool: string, { code }: Pick<Ending, 'code'>): boolean => code === 'ENOENT' || (code === 'EACCES' && !tool.includes('/'))

function codeOf(tool: string, ending: Ending): number {
  if (!ending.failed) return 0
  if (isMissing(tool, ending)) return 127
  return ending.timedOut ? 124 : (ending.exitCode ?? 1)
}

const longestCommand = 120
const shortened = (command: string): string => (command.length > longestCommand ? `${command.slice(0, longestCommand - 1)}…` : command)

/** The last lines that say something, because command-line tools put the reason there: one behind the command, several below it. */
function quoted(output: string): string {
  const lines = linesOf(output).slice(-3)
  return lines.length > 1 ? [':', ...lines].join('\n  ') : `: ${lines[0] ?? 'it said nothing'}`
}

/** The last line that says something. */
export const lastLine = (output: string): string => linesOf(output).at(-1) ?? ''

const linesOf = (output: string): string[] =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
