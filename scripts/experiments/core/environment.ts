import { cpus, release, totalmem, type } from 'node:os'
import { versions } from 'node:process'
import { tryTool } from '../../cli/run-tool.ts'
import type { Admin } from '../../envoy-admin/admin.ts'
import type { Environment } from './result.ts'
import type { Target } from './target.ts'

/** The machine that runs the experiments, and the versions of what is run; what cannot be found out is left out. */
export async function readEnvironment(target: Pick<Target, 'proxies' | 'admin'>): Promise<Environment> {
  const [commit, envoy] = await Promise.all([
    readCommit(),
    target
      .proxies()
      .then(([proxy]) => proxy && envoyVersion(target.admin(proxy)))
      .catch(() => undefined),
  ])
  const [first] = cpus()
  return {
    ...(commit !== undefined && { commit }),
    node: versions.node,
    ...(envoy !== undefined && { envoy }),
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

/** `<hash>/1.39.3/Clean/RELEASE/BoringSSL` → `1.39.3` */
async function envoyVersion(admin: Admin): Promise<string | undefined> {
  const { version } = JSON.parse(await admin('GET', '/server_info').catch(() => '{}')) as { version?: string }
  return version?.split('/')[1] ?? version
}
