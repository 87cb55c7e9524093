import { cpus, release, totalmem, type } from 'node:os'
import { versions } from 'node:process'
import { tryTool } from '../../cli/run-tool.ts'
import type { Admin } from '../../envoy-admin/admin.ts'
import type { Environment } from './result.ts'
import type { Target } from './target.ts'

/** The machine that runs the experiments, and the versions of what is run; what cannot be found out is left out. */
export async function readEnvironment(target: Pick<Target, 'proxies' | 'admin'>): Promise<Environment> {
  const [commit, ofProxy] = await Promise.all([
    readCommit(),
    target
      .proxies()
      .then(([proxy]) => proxy && proxyVersions(target.admin(proxy)))
      .catch(() => undefined),
  ])
  const [first] = cpus()
  return {
    ...(commit !== undefined && { commit }),
    node: versions.node,
    ...ofProxy,
    os: `${type()} ${release()}`,
    ...(first !== undefined && { cpu: first.model.trim() }),
    cores: Math.max(1, cpus().length),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  }
}

/** Of the program's own folder: the person may stand anywhere. Undefined where it was installed without its history. */
async function readCommit(): Promise<string | undefined> {
  const { code, stdout } = await tryTool('git', [
    '-C',
    import.meta.dirname,
    'describe',
    '--always',
    '--dirty',
    '--abbrev=10',
    '--exclude=*',
  ])
  return code === 0 ? stdout.trim() : undefined
}

/** What is read of `/server_info`: `<hash>/1.39.3/Clean/RELEASE/BoringSSL`, and what Istio's agent tells Envoy of itself. */
interface ServerInfo {
  readonly version?: string
  readonly node?: { readonly metadata?: { readonly ISTIO_VERSION?: string } }
}

/** Of Istio only where its agent has started the proxy. */
async function proxyVersions(admin: Admin): Promise<Pick<Environment, 'envoy' | 'istio'>> {
  const { version, node } = JSON.parse(await admin('GET', '/server_info')) as ServerInfo
  const envoy = version?.split('/')[1] ?? version
  const istio = node?.metadata?.ISTIO_VERSION
  return { ...(envoy !== undefined && { envoy }), ...(istio !== undefined && { istio }) }
}
