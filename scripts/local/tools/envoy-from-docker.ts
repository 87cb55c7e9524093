import { join } from 'node:path'
import { containerLabel, docker, dockerClosed, ensureImage } from './docker.ts'
import { envoyVersion } from './envoy-from-path.ts'
import { installOnce } from './install-once.ts'
import type { Provider } from './providers.ts'

const image = 'envoyproxy/envoy:v1.39.3'

/** The binary taken out of Envoy's published image; it runs as a plain process afterwards. Linux only: the image holds a Linux program. */
export const envoyFromDocker: Provider<string> = async ({ tools, log }) => {
  if (process.platform !== 'linux') return { closed: "Docker's Envoy is a Linux program" }
  const directory = join(tools, 'envoy-1.39.3-docker')
  const installed = await envoyVersion(join(directory, 'envoy'))
  if ('found' in installed) return { found: join(directory, 'envoy') }
  const closed = await dockerClosed()
  if (closed !== undefined) return { closed }
  await ensureImage(image, log)
  await installOnce(directory, fromImage)
  return { found: join(directory, 'envoy') }
}

async function fromImage(directory: string): Promise<void> {
  const container = await docker(['create', '--label', containerLabel, image])
  try {
    await docker(['cp', `${container}:/usr/local/bin/envoy`, join(directory, 'envoy')], 120_000)
  } finally {
    await docker(['rm', container])
  }
  const working = await envoyVersion(join(directory, 'envoy'))
  if ('closed' in working) throw new Error(working.closed)
}
