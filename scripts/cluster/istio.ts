import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ApiException, CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { contentTag } from './bundle.ts'
import { ClusterError } from './cluster-error.ts'
import { runTool } from './run-tool.ts'

const profile = fileURLToPath(new URL('../../mesh/istio-profile.yaml', import.meta.url))
const istioNamespace = 'istio-system'
/** Remembers on the namespace which profile was installed, so that an unchanged one is not installed again. */
const installedAnnotation = 'breakwater.dev/istio-profile'
/** Before 1.24 Istio retried 503 by default, which hides what breakers do; what we render is compared with 1.31. */
const oldestMinor = 24

/**
 * Installs Istio with `istioctl` when the cluster does not have it in this form.
 * @param overlay a further IstioOperator file (`ISTIO_OVERLAY`)
 * @returns whether anything was installed now
 * @throws ClusterError when istioctl, or the Istio in the cluster, is older than 1.24
 */
export async function ensureIstio(config: KubeConfig, context: string, overlay: string | undefined): Promise<boolean> {
  const version = await clientVersion()
  const files = overlay ? [profile, overlay] : [profile]
  const wanted = contentTag(version, ...files.map((file) => read(file)))
  const core = config.makeApiClient(CoreV1Api)
  if ((await installed(core)) === wanted) return false
  await refuseOldControlPlane(core)
  await runTool('istioctl', ['install', '--context', context, '-y', ...files.flatMap((file) => ['-f', file])], { timeoutMs: 300_000 })
  await core.patchNamespace(
    { name: istioNamespace, body: { metadata: { annotations: { [installedAnnotation]: wanted } } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  )
  return true
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

async function installed(core: CoreV1Api): Promise<string | undefined> {
  try {
    const { metadata } = await core.readNamespace({ name: istioNamespace })
    return metadata?.annotations?.[installedAnnotation]
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined
    throw error
  }
}
