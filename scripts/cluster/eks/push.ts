import { images } from '../../../services/shared/contracts/deployment.ts'
import { runTool } from '../../cli/run-tool.ts'
import { buildImages } from '../images/images.ts'
import { type Registry, registryOf } from './registry.ts'

/**
 * Builds the images and pushes those that dist/eks runs and whose tag ECR does not have yet. Repositories are made with immutable tags: a tag names one content
 * for ever, so changed code needs another `imageTag` in cdk8s/settings/eks.ts.
 * @returns the images that were pushed
 * @throws ClusterError without Docker, the AWS CLI, or the right to push
 */
export async function push(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<string[]> {
  const registry = await registryOf('dist/eks')
  const built = await buildImages(`${registry.host}/${registry.prefix}`, env.NODE_IMAGE ?? images.node, progress)
  await logIn(registry)
  const pushed: string[] = []
  for (const [name, local] of built) {
    if (!registry.images.includes(name)) continue
    if (await hasImage(registry, name)) {
      progress(`${name}:${registry.tag} exists already`)
      continue
    }
    const image = `${registry.host}/${registry.prefix}/${name}:${registry.tag}`
    progress(`pushing ${image}`)
    await runTool('docker', ['tag', local, image])
    await runTool('docker', ['push', '--quiet', image], { timeoutMs: 600_000 })
    pushed.push(image)
  }
  return pushed
}

async function logIn({ host, region }: Registry): Promise<void> {
  const password = await runTool('aws', ['ecr', 'get-login-password', '--region', region])
  await runTool('docker', ['login', '--username', 'AWS', '--password-stdin', host], { input: password })
}

/** Makes the repository when there is none. */
async function hasImage({ region, prefix, tag }: Registry, name: string): Promise<boolean> {
  const ecr = (...args: string[]) => runTool('aws', ['ecr', ...args, '--region', region, '--output', 'json'])
  const repository = ['--repository-name', `${prefix}/${name}`]
  const { repositories }: { repositories: { repositoryName: string }[] } = JSON.parse(await ecr('describe-repositories'))
  if (!repositories.some(({ repositoryName }) => repositoryName === `${prefix}/${name}`)) {
    await ecr(
      'create-repository',
      ...repository,
      '--image-tag-mutability',
      'IMMUTABLE',
      '--image-scanning-configuration',
      'scanOnPush=true',
    )
    return false
  }
  const { imageIds }: { imageIds: { imageTag?: string }[] } = JSON.parse(await ecr('list-images', ...repository))
  return imageIds.some(({ imageTag }) => imageTag === tag)
}
