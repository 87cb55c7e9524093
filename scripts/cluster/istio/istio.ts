import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { runTool } from '../../cli/run-tool.ts'
import { ClusterError } from '../cluster-error.ts'
import { contentTag } from '../images/bundle.ts'
import {
  adoptedAnnotation,
  type FoundIstio,
  findIstio,
  istioNamespace,
  istioOwner,
  madeAnnotation,
  profileAnnotation,
} from './istio-owner.ts'

const mesh = (file: string): string => fileURLToPath(new URL(`../../../mesh/${file}`, import.meta.url))
/** What differs between targets, on top of what the shop needs of Istio everywhere. */
const profiles = { kind: mesh('istio-kind.yaml'), eks: mesh('istio-eks.yaml') } as const
/** IstioOperator files of a target, in the order in which they are laid over each other. */
export const istioFiles = (target: keyof typeof profiles, observability: boolean): readonly string[] => [
  mesh('istio-profile.yaml'),
  profiles[target],
  ...(observability ? [mesh('istio-observability.yaml')] : []),
]
/** Before 1.24 Istio retried 503 by default, which hides what breakers do; what we render is compared with 1.31. */
const oldestMinor = 24

export interface IstioOptions {
  readonly target: keyof typeof profiles
  /** Proxies can send spans, and their access logs name traces. */
  readonly observability: boolean
  /** A further IstioOperator file (`ISTIO_OVERLAY`). */
  readonly overlay?: string | undefined
  /** Somebody else's Istio may be changed (`ADOPT_ISTIO=1`). */
  readonly adopt: boolean
}

/**
 * Installs Istio with `istioctl` when the cluster does not have it in this form.
 * @returns whether anything was installed now
 * @throws ClusterError when istioctl, or the Istio in the cluster, is older than 1.24, or when that Istio is somebody else's
 */
export async function ensureIstio(
  config: KubeConfig,
  context: string,
  { target, observability, overlay, adopt }: IstioOptions,
): Promise<boolean> {
  const version = await clientVersion()
  const files = [...istioFiles(target, observability), ...(overlay ? [overlay] : [])]
  const wanted = contentTag(version, ...files.map((file) => read(file)))
  const found = await findIstio(config)
  if (found.annotations?.[profileAnnotation] === wanted) return false
  const owner = istioOwner(found)
  if (owner === 'somebody else' && !adopt) throw new ClusterError(refusal(context, found))
  const core = config.makeApiClient(CoreV1Api)
  await refuseOldControlPlane(core)
  // Marked before, so that an installation that breaks off is not taken for somebody else's.
  await mark(core, found.annotations !== undefined, {
    [profileAnnotation]: '',
    ...(owner === 'somebody else' && { [adoptedAnnotation]: 'true' }),
  })
  await runTool('istioctl', ['install', '--context', context, '-y', ...files.flatMap((file) => ['-f', file])], { timeoutMs: 300_000 })
  await mark(core, true, { [profileAnnotation]: wanted })
  return true
}

/** Why a stranger's Istio is left alone, and what to do. */
export function refusal(context: string, { controlPlanes, injectors }: FoundIstio): string {
  const what = [...controlPlanes, ...injectors].join(', ')
  return `${context} has an Istio that was not installed from here (${what}), and installing ours would change it for everybody in the cluster: use another cluster, or allow it with ADOPT_ISTIO=1.`
}

async function mark(core: CoreV1Api, exists: boolean, annotations: Record<string, string>): Promise<void> {
  if (!exists) {
    await core.createNamespace({ body: { metadata: { name: istioNamespace, annotations: { ...annotations, [madeAnnotation]: 'true' } } } })
    return
  }
  await core.patchNamespace(
    { name: istioNamespace, body: { metadata: { annotations } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new ClusterError(`ISTIO_OVERLAY=${file} cannot be read.`)
  }
}

async function clientVersion(): Promise<string> {
  const version = (await runTool('istioctl', ['version', '--remote=false', '--short'])).trim().split(/\s+/).at(-1) ?? ''
  if (tooOld(version))
    throw new ClusterError(`istioctl ${version} is too old: install 1.31 (https://istio.io/latest/docs/setup/getting-started/#download).`)
  return version
}

async function refuseOldControlPlane(core: CoreV1Api): Promise<void> {
  const { items } = await core.listNamespacedPod({ namespace: istioNamespace, labelSelector: 'app=istiod' })
  const image = items[0]?.spec?.containers[0]?.image ?? ''
  const version = image.split(':').at(-1) ?? ''
  if (tooOld(version))
    throw new ClusterError(`The cluster runs Istio ${version}, older than 1.${oldestMinor}: upgrade it first (istioctl upgrade).`)
}

/** @param version e.g. `1.31.0` or a tag that begins so; what is no version of Istio 1 is not called old */
export function tooOld(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? []
  return major === '1' && Number(minor) < oldestMinor
}
