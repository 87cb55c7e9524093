import { readManifests } from '../../manifests/read-manifests.ts'
import { ClusterError } from '../cluster-error.ts'

/** An Amazon ECR registry with the prefix of our repositories, and the tag that dist/eks asks for. */
export interface Registry {
  /** `<account>.dkr.ecr.<region>.amazonaws.com` */
  readonly host: string
  readonly region: string
  /** Before `/<container>`: `breakwater`. */
  readonly prefix: string
  readonly tag: string
  /** Names of the images below it, which are those of their containers. */
  readonly images: readonly string[]
}

interface WithContainers {
  spec?: { template?: { spec?: { containers?: { image?: string }[] } } }
}

const ecrImage = /^(?<host>(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com)\/(?<prefix>[^:]+)\/[^/:]+:(?<tag>[^:]+)$/

/**
 * Where dist/eks pulls from. The settings (cdk8s/settings/eks.ts) say it once; here it is read off the manifests.
 * @throws ClusterError when they name no ECR registry, still the placeholder, or several
 */
export async function registryOf(folder: string): Promise<Registry> {
  const images = (await readManifests(folder)).flatMap((manifest) =>
    ((manifest as WithContainers).spec?.template?.spec?.containers ?? []).flatMap(({ image = '' }) => image),
  )
  return oneRegistry(images)
}

/** The same for the images themselves. */
export function oneRegistry(images: readonly string[]): Registry {
  const where = new Set(images.map((image) => image.replace(/\/[^/:]+:/, ':')))
  const { host, account, region, prefix, tag } = ecrImage.exec(images[0] ?? '')?.groups ?? {}
  if (where.size !== 1 || !host || !region || !prefix || !tag) {
    throw new ClusterError(
      `dist/eks does not pull from one ECR registry, but: ${[...where].join(', ')}. Set imageRegistry in cdk8s/settings/eks.ts.`,
    )
  }
  if (account === '000000000000') {
    throw new ClusterError(
      'dist/eks still has the placeholder account 000000000000: set your own in cdk8s/settings/eks.ts, then npx breakwater synth.',
    )
  }
  return { host, region, prefix, tag, images: [...new Set(images.map((image) => image.replace(/^.*\/|:.*$/g, '')))] }
}
