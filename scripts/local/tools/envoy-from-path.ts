import { lastLine, tryTool } from '../../cli/run-tool.ts'
import type { Provider } from './providers.ts'

/** The oldest Envoy whose configuration is that of the mesh: 1.30 (2024). */
const oldest: readonly [number, number] = [1, 30]

/** The `envoy` that the machine already has. */
export const envoyFromPath: Provider<string> = async () => {
  const version = await envoyVersion('envoy')
  if ('closed' in version) return version
  const [major, minor] = version.found
  const recent = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return recent ? { found: 'envoy' } : { closed: `envoy on PATH is ${major}.${minor}, older than ${oldest.join('.')}` }
}

/** Asks a binary for its version; also the proof that it runs on this machine. */
export async function envoyVersion(binary: string): Promise<{ found: [number, number] } | { closed: string }> {
  const { code, stdout, stderr } = await tryTool(binary, ['--version'])
  if (code === 127) return { closed: `no ${binary} on PATH` }
  const [, major, minor] = /\/(\d+)\.(\d+)\.\d+/.exec(stdout) ?? []
  if (code !== 0 || major === undefined || minor === undefined) {
    return { closed: `${binary} --version fails: ${lastLine(stderr || stdout)}` }
  }
  return { found: [Number(major), Number(minor)] }
}
