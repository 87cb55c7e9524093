import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Instance, RenderedEnvoy, Tracing } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { writeXds } from '../../../../mesh/envoy/write-xds.ts'
import { parseStats } from '../../../../scripts/envoy-admin/stats.ts'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import { ensureEnvoy } from '../../../../scripts/local/tools/envoy.ts'

export interface SidecarProps {
  readonly workload: string
  /** Name of its pod; its workload when absent. */
  readonly nodeId?: string
  readonly manifests: readonly unknown[]
  readonly instances: readonly Instance[]
  readonly appPort?: number
  readonly edge?: boolean
  readonly tracing?: Tracing
}

/** A real Envoy, running what `mesh/envoy` rendered. */
export interface Sidecar extends AsyncDisposable {
  readonly inboundPort: number
  readonly outboundPort: number
  /** GET of the admin interface; `method` POST where Envoy asks for it. */
  admin(path: string, method?: string): Promise<string>
  /** A statistic's value, 0 when it does not exist yet. */
  stat(name: string): Promise<number>
  /** Renders again, with other manifests or instances, into the running proxy. */
  update(changed: Partial<Pick<SidecarProps, 'manifests' | 'instances'>>): RenderedEnvoy
  readonly adminPort: number
}

export async function startSidecar(props: SidecarProps): Promise<Sidecar> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-envoy-'))
  const [inboundPort = 0, outboundPort = 0, adminPort = 0, unusedPort = 0] = await freePorts(4)
  const render = (changed: Partial<SidecarProps> = {}) =>
    renderEnvoy({
      ...props,
      ...changed,
      nodeId: props.nodeId ?? props.workload,
      self: { appPort: props.appPort ?? unusedPort, inboundPort, outboundPort, adminPort },
      files: { xds: directory, accessLog: join(directory, 'access.log') },
    })
  const process = spawn(
    await ensureEnvoy(),
    ['--config-path', writeXds(directory, render()), '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const admin = async (path: string, method = 'GET') => (await fetch(`http://127.0.0.1:${adminPort}${path}`, { method })).text()
  await ready(process, admin)
  return {
    inboundPort,
    outboundPort,
    admin,
    stat: async (name) => parseStats(await admin('/stats?format=json')).get(name) ?? 0,
    update: (changed) => {
      const rendered = render(changed)
      writeXds(directory, rendered)
      return rendered
    },
    adminPort,
    [Symbol.asyncDispose]: async () => {
      if (process.exitCode === null) {
        process.kill('SIGKILL')
        await once(process, 'exit')
      }
      rmSync(directory, { recursive: true })
    },
  }
}

async function ready(process: ChildProcess, admin: (path: string) => Promise<string>): Promise<void> {
  await until(async () => {
    if (process.exitCode !== null) throw new Error(`Envoy ended with code ${process.exitCode}`)
    return (await admin('/ready').catch(() => '')).startsWith('LIVE')
  }, 'Envoy is live')
}

/** Polls, because Envoy tells nobody when it has taken something over. */
export async function until(holds: () => Promise<boolean>, what: string, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`)
    await delay(20)
  }
}
