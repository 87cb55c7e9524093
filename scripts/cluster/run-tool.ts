import { spawn } from 'node:child_process'
import { ClusterError } from './cluster-error.ts'
import { remedyOf } from './remedy.ts'

const installation: Readonly<Record<string, string>> = {
  aws: 'install the AWS CLI 2 (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)',
  docker: 'install Docker and start it (https://docs.docker.com/get-docker/)',
  kind: 'install kind (https://kind.sigs.k8s.io/docs/user/quick-start/#installation)',
  istioctl: 'install istioctl 1.31 (https://istio.io/latest/docs/setup/getting-started/#download)',
  kubectl: 'install kubectl (https://kubernetes.io/docs/tasks/tools/)',
}

export interface ToolOptions {
  readonly input?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a command-line tool to its end.
 * @returns what it printed on stdout
 * @throws ClusterError in one line: the tool is missing (with where to get it), took too long, or failed (with its own last words, and the remedy where they show a known limit)
 */
export async function runTool(
  tool: string,
  args: readonly string[],
  { input = '', timeoutMs = 120_000, signal, env = {} }: ToolOptions = {},
): Promise<string> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const child = spawn(tool, args, { env: { ...process.env, ...env }, signal: signal ? AbortSignal.any([signal, deadline]) : deadline })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  // A tool that ends before it has read its input says why on stderr; the broken pipe says nothing.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(`${tool} is missing: ${installation[tool] ?? `install ${tool}`}.`)
      else resolve(deadline.aborted ? `${tool} ${args[0]} took longer than ${timeoutMs / 1000} s.` : `${tool}: ${error.message}`)
    })
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : `${tool} ${args.slice(0, 2).join(' ')} failed: ${reasonOf(stderr || stdout)}`),
    )
  })
  if (failure) throw new ClusterError(failure)
  return stdout
}

const reasonOf = (text: string): string => [lastWords(text), remedyOf(text)].filter(Boolean).join('. ')

/** The last line that says something: where command-line tools put the reason. */
const lastWords = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
