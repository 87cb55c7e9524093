import { styleText } from 'node:util'
import { CommandError } from '../cli/command-error.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import { printJson } from '../cli/options.ts'
import { deploy } from './deploy.ts'
import { inOneLine } from './describe-failure.ts'
import { type ClusterEnvoyOptions, printEnvoyOfPod } from './print-envoy.ts'
import { printLogs } from './print-logs.ts'
import { restartWorkload } from './restart-workload.ts'
import { clusterStatus, describeStatus } from './status.ts'
import { setTrafficSplit } from './traffic-split/split-traffic.ts'
import { undeploy } from './undeploy.ts'

const nextCommands = (url: string): string => `  curl ${url}/v1/products
  make status TARGET=cluster
  npx breakwater experiment run catalog-ejection --target cluster
  npx breakwater traffic split catalog v2=10
  make undeploy`

/** `deploy`. What Ctrl-C finds made is kept. */
export async function deployShop(json: boolean, signal: AbortSignal): Promise<void> {
  const started = Date.now()
  const seconds = (): string => ((Date.now() - started) / 1000).toFixed(1)
  const progress = (line: string): void => console.error(`${styleText('dim', `${seconds().padStart(6)} s`)}  ${line}`)
  signal.addEventListener('abort', () => {
    console.error('stopped; what was made is kept, make deploy goes on from there, make undeploy removes it')
    process.exit(exitCodes.interrupted)
  })
  const { url, changed, removed, cluster } = await inOneLine(deploy(process.env, progress, signal))
  if (json) {
    console.log(JSON.stringify({ context: cluster.context, url, changed, removed, seconds: Number(seconds()) }))
    return
  }
  console.log(`The shop runs in ${cluster.context} (${changed.length + removed.length} changes, ${seconds()} s).`)
  if (url) console.log(`\n${nextCommands(url)}`)
}

/** `undeploy` */
export async function undeployShop(json: boolean): Promise<void> {
  const result = await inOneLine(undeploy(process.env))
  if (json) printJson({ result })
  else console.log(result)
}

/** `status --target cluster` */
export async function printStatus(json: boolean): Promise<void> {
  const status = await inOneLine(clusterStatus(process.env))
  if (json) printJson(status)
  else console.log(describeStatus(status))
}

/** `logs --target cluster` */
export async function followLogs(
  options: { readonly of: string | undefined; readonly lines: number; readonly follow: boolean; readonly json: boolean },
  signal: AbortSignal,
): Promise<void> {
  await inOneLine(printLogs(process.env, { ...options, signal }))
}

/** `restart <workload> --target cluster` */
export async function restartInCluster(workload: string, json: boolean): Promise<void> {
  const restarting = await inOneLine(restartWorkload(process.env, workload))
  if (json) printJson({ restarting })
  else console.log(`${restarting.join(', ')}: new pods take the place of the old ones; see: make status TARGET=cluster`)
}

/** `envoy --target cluster` */
export const printEnvoyInCluster = (options: ClusterEnvoyOptions): Promise<void> => inOneLine(printEnvoyOfPod(process.env, options))

/** `traffic split <service> <version>=<percent>|off` */
export async function splitTraffic(
  { service, split, json }: { readonly service: string; readonly split: string; readonly json: boolean },
  signal: AbortSignal,
): Promise<void> {
  const stopped = new AbortController()
  const reason = `stopped; npx breakwater traffic split ${service} off takes back what was begun`
  signal.addEventListener('abort', () => {
    console.error(reason)
    stopped.abort(new CommandError(reason, exitCodes.interrupted))
  })
  const progress = (line: string): void => console.error(line)
  const result = await inOneLine(setTrafficSplit(process.env, { destination: service, weight: split, progress, signal: stopped.signal }))
  if (json) printJson({ service, split, result })
  else console.log(result)
}
