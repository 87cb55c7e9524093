import { execFileSync } from 'node:child_process'
import { parseAllDocuments, stringify } from 'yaml'

/** The kinds we write; Istio has more. */
const kinds = [
  'AuthorizationPolicy',
  'DestinationRule',
  'EnvoyFilter',
  'Gateway',
  'PeerAuthentication',
  'ServiceEntry',
  'Sidecar',
  'Telemetry',
  'VirtualService',
]

interface CustomResourceDefinition {
  readonly kind: string
  readonly spec: {
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string; readonly storage: boolean }[]
  }
}

/**
 * The CRDs that `istioctl install` brings, of the kinds we write, as YAML.
 * @throws Error when istioctl is missing
 */
export function istioCrds(): string {
  return parseAllDocuments(baseChart())
    .map((document) => document.toJS() as CustomResourceDefinition | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .flatMap((crd) => (crd && kinds.includes(crd.spec.names.kind) ? [stringify(onlyNewest(crd))] : []))
    .join('---\n')
}

function baseChart(): string {
  try {
    const base = ['manifest', 'generate', '--set', 'profile=empty', '--set', 'components.base.enabled=true']
    return execFileSync('istioctl', base, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: 'pipe' })
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw missing
      ? new Error('istioctl is not on PATH. Install Istio 1.31: https://istio.io/latest/docs/setup/getting-started/', { cause })
      : cause
  }
}

/** `v1` where Istio serves it; cdk8s would else generate the same kind once a version. */
function onlyNewest(crd: CustomResourceDefinition): CustomResourceDefinition {
  const newest = crd.spec.versions.find(({ name }) => name === 'v1') ?? crd.spec.versions.find(({ storage }) => storage)
  return newest ? { ...crd, spec: { ...crd.spec, versions: [newest] } } : crd
}
