import { lastLine, tryTool } from '../../cli/run-tool.ts'

/** Label of every container that Breakwater makes, so that they can be told from others. */
export const containerLabel = 'breakwater.dev/local'

/** Whether a Docker daemon answers; the reason when not. */
export async function dockerClosed(): Promise<string | undefined> {
  const { code, stderr } = await tryTool('docker', ['version', '--format', '{{.Server.Version}}'])
  if (code === 127) return 'no docker on PATH'
  return code === 0 ? undefined : `docker does not answer: ${lastLine(stderr)}`
}

/**
 * Runs a docker command and gives what it printed.
 * @throws Error with docker's own last line
 */
export async function docker(args: readonly string[], timeoutMs = 30_000): Promise<string> {
  const { code, stdout, stderr } = await tryTool('docker', args, { timeoutMs })
  if (code !== 0) throw new Error(`docker ${args[0]} fails: ${lastLine(stderr)}`)
  return stdout.trim()
}

/** Makes sure that an image is on this machine; pulls it when it is not. */
export async function ensureImage(image: string, log: (line: string) => void): Promise<void> {
  if ((await tryTool('docker', ['image', 'inspect', image])).code === 0) return
  log(`Pulling ${image}`)
  await docker(['pull', '--quiet', image], 900_000)
}
