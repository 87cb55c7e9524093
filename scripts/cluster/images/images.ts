import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from '../../cli/run-tool.ts'
import { ClusterError } from '../cluster-error.ts'
import { describeFailure } from '../describe-failure.ts'
import { type Bundle, bundles, contentTag } from './bundle.ts'

const recipe = fileURLToPath(new URL('./Dockerfile', import.meta.url))

/** Image references by container, e.g. `breakwater/catalog:3f2a…`. */
export type Images = ReadonlyMap<string, string>

/**
 * Builds the image of every process whose bundle has none yet.
 * @param repository before the process's name, e.g. `breakwater` or an ECR registry
 * @param baseImage what the bundles are put on; must be in Docker already where there is no network
 */
export async function buildImages(repository: string, baseImage: string, progress: (line: string) => void): Promise<Images> {
  await runTool('docker', ['version', '--format', '{{.Server.Version}}']).catch(() => {
    throw new ClusterError('Docker does not answer: install it, start it, and try again (https://docs.docker.com/get-docker/).')
  })
  const base = await imageId(baseImage)
  const present = new Set((await runTool('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n'))
  const images = new Map<string, string>()
  for (const made of await bundles()) {
    const image = `${repository}/${made.name}:${contentTag(made.code, ...made.files.values(), readFileSync(recipe), base)}`
    if (!present.has(image)) {
      progress(`building ${image}`)
      await buildImage(image, made, baseImage)
    }
    images.set(made.name, image)
  }
  return images
}

async function imageId(image: string): Promise<string> {
  const known = await runTool('docker', ['image', 'inspect', '--format', '{{.Id}}', image]).catch(() => undefined)
  if (known) return known
  await runTool('docker', ['pull', '--quiet', image], { timeoutMs: 600_000 }).catch((error: unknown) => {
    throw new ClusterError(
      `The base image ${image} is not in Docker and could not be pulled (${describeFailure(error)}); NODE_IMAGE names another.`,
    )
  })
  return runTool('docker', ['image', 'inspect', '--format', '{{.Id}}', image])
}

async function buildImage(image: string, { code, files }: Bundle, baseImage: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'breakwater-image-'))
  try {
    copyFileSync(recipe, join(context, 'Dockerfile'))
    mkdirSync(join(context, 'files'))
    writeFileSync(join(context, 'main.js'), code)
    for (const [path, content] of files) {
      mkdirSync(dirname(join(context, 'files', path)), { recursive: true })
      writeFileSync(join(context, 'files', path), content)
    }
    writeFileSync(join(context, 'package.json'), '{"type":"module"}\n')
    await runTool('docker', ['build', '--network=none', '--build-arg', `NODE_IMAGE=${baseImage}`, '--tag', image, context], {
      // An attestation makes an image one of two platforms, which kind cannot load from the containerd image store.
      env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    })
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}

/** Of other people's images those that Docker has: a node pulls the rest, and where it cannot, it says so. */
export async function imagesInDocker(images: readonly string[]): Promise<string[]> {
  const present = new Set((await runTool('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n'))
  return images.filter((image) => present.has(image))
}

/** Loads images into a kind cluster's node, those that it has not yet. */
export async function loadIntoKind(cluster: string, images: readonly string[], progress: (line: string) => void): Promise<void> {
  const listed = await runTool('docker', ['exec', `${cluster}-control-plane`, 'ctr', '--namespace=k8s.io', 'images', 'list', '--quiet'])
  const there = new Set(listed.split('\n').map((image) => image.replace(/^docker\.io\//, '')))
  const missing = images.filter((image) => !there.has(image))
  if (missing.length === 0) return
  progress(`loading ${missing.length} images into kind`)
  await runTool('kind', ['load', 'docker-image', '--name', cluster, ...missing], { timeoutMs: 600_000 })
}

/** Pushes images to their registry; Docker must be logged in there. */
export async function pushImages(images: Images, progress: (line: string) => void): Promise<void> {
  for (const image of images.values()) {
    progress(`pushing ${image}`)
    await runTool('docker', ['push', '--quiet', image], { timeoutMs: 600_000 })
  }
}
