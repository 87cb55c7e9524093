import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import { type ShopProcess, shopProcesses } from '../../../../scripts/local/processes/shop-processes.ts'
import { type LocalState, readState } from '../../../../scripts/local/state.ts'
import { breakwater, type Ending } from '../../../in-process.ts'
import { runProcess } from '../../../run-process.ts'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** A container that answers, says that it did, and gets ready only when it is allowed to. */
const program = `
import { createServer } from 'node:http'
const { PORT, HOST, POD_NAME, READY } = process.env
if (READY === 'crash') { console.error('the wheel is off'); process.exit(3) }
createServer((request, response) => {
  response.statusCode = request.url === '/readyz' && READY === 'never' ? 503 : 200
  response.end(JSON.stringify({ pod: POD_NAME, waitingFor: ['the moon'] }))
}).listen(Number(PORT), HOST, () => console.log(JSON.stringify({ level: 'info', msg: 'listening' })))
process.on('SIGTERM', () => process.exit(0))
`

/** The laptop runtime as people use it, with a shop of one small Deployment in a folder of its own. */
export interface TinyShop {
  readonly port: number
  /** Its state, logs and data. */
  readonly folder: string
  readonly policy: string
  /** Runs a command to its end in this process: any but `up`, which may be interrupted. */
  run(...args: string[]): Promise<Ending>
  /** Runs `scripts/breakwater.ts` to its end as a process of its own. */
  runAsProcess(...args: string[]): Promise<Ending>
  /** The same with variables of its own. */
  runWith(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Ending>
  /** Starts it and leaves it running. */
  start(...args: string[]): ChildProcess
  state(): Promise<LocalState | undefined>
  /** Everything of it that runs, as its mark tells. */
  processes(): ShopProcess[]
  remove(): Promise<void>
}

export interface TinyShopOptions {
  /** `never`: runs and does not get ready; `crash`: ends at once. */
  readonly ready?: 'yes' | 'never' | 'crash'
  readonly port?: number
  /** Instead of one in the shop's own directory. */
  readonly folder?: string
}

export async function tinyShop({ ready = 'yes', port, folder }: TinyShopOptions = {}): Promise<TinyShop> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-shop-'))
  const [free = 0] = await freePorts(1)
  const gatewayPort = port ?? free
  const local = folder ?? join(directory, 'local')
  const app = join(directory, 'app.mjs')
  await writeFile(app, program)
  await mkdir(join(directory, 'manifests'))
  await writeFile(
    join(directory, 'manifests/gateway.yaml'),
    manifests(app, ready)
      .map((object) => stringify(object))
      .join('---\n'),
  )
  const own = { BREAKWATER_LOCAL_DIR: local, BREAKWATER_MANIFESTS: join(directory, 'manifests'), PORT: String(gatewayPort) }
  const main = join(repository, 'scripts/breakwater.ts')
  const runWith = (variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Ending> =>
    runProcess(process.execPath, [main, ...args], { env: { ...own, ...variables }, timeoutMs: 150_000 })
  const run = (...args: string[]): Promise<Ending> => breakwater(args, own)
  return {
    port: gatewayPort,
    folder: local,
    policy: join(local, 'policy'),
    run,
    runAsProcess: (...args) => runWith({}, ...args),
    runWith,
    start: (...args) => spawn(process.execPath, [main, ...args], { env: { ...process.env, ...own }, stdio: ['ignore', 'pipe', 'pipe'] }),
    state: () => readState(join(local, 'run/state.json')),
    processes: () => shopProcesses(local),
    remove: async () => {
      await run('down')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const host = 'gateway.breakwater.svc.cluster.local'

/** A service in two versions, the second without pods, and its policy. */
function manifests(app: string, ready: string): object[] {
  const container = {
    name: 'gateway',
    command: ['node', app],
    env: [{ name: 'READY', value: ready }],
    ports: [{ name: 'http', containerPort: 8080 }],
  }
  const deployment = (name: string, version: string, replicas: number) => {
    const labels = { app: 'gateway', version }
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'breakwater' },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    }
  }
  const policy = (kind: string, spec: object) => ({
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name: 'gateway', namespace: 'breakwater' },
    spec,
  })
  return [
    deployment('gateway', 'v1', 1),
    deployment('gateway-v2', 'v2', 0),
    policy('DestinationRule', { host, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3 } } }),
    policy('VirtualService', { hosts: [host], http: [{ name: 'all', route: [{ destination: { host } }] }] }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'gateway', namespace: 'breakwater' },
      spec: { selector: { app: 'gateway' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ]
}

/** The numbers of all processes of a shop. */
export const pidsOf = ({ supervisorPid, kafkaPid, telemetry, console, replicas }: LocalState): number[] =>
  [supervisorPid, kafkaPid, telemetry?.pid, console?.pid, ...replicas.flatMap(({ app, sidecar }) => [app.pid, sidecar.pid])].filter(
    (pid) => pid !== undefined,
  )

export const exitOf = async (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null ? (await once(child, 'exit'))[0] : child.exitCode
