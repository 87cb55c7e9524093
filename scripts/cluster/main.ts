import { parseArgs, styleText } from 'node:util'
import { ClusterError } from './cluster-error.ts'
import { deploy } from './deploy.ts'
import { describeFailure } from './describe-failure.ts'
import { printLogs } from './print-logs.ts'
import { clusterStatus, describeStatus } from './status.ts'
import { undeploy } from './undeploy.ts'

const usage = `Usage: npm run -s cluster -- <command> [--json] [--follow]

  deploy     create the kind cluster if it is missing, install Istio, build and load the images, apply dist/kind, wait until all is ready
  undeploy   remove the kind cluster (with KUBE_CONTEXT: only the shop's namespaces)
  status     pods, proxies in sync, breakers
  logs       the last lines of all pods of the shop; with --follow also the next ones

Environment: KIND_CLUSTER (breakwater), KIND_IMAGE, PORT (8080), KUBE_CONTEXT (an existing cluster), IMAGE_REGISTRY (for one that is not kind),
NODE_IMAGE (node:24-slim), ISTIO_OVERLAY (a further file for istioctl install), ADOPT_ISTIO=1 (an Istio that was not installed from here
may be changed).`

const nextCommands = (url: string): string => `  curl ${url}/v1/products
  make status TARGET=cluster
  npm run -s fault -- catalog-ejection --target cluster
  npm run -s mesh -- weight catalog v2=10
  make undeploy`

const started = Date.now()
const progress = (line: string) =>
  console.error(`${styleText('dim', `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`)}  ${line}`)
const stop = new AbortController()
process.once('SIGINT', () => {
  stop.abort()
  if (process.argv.includes('deploy')) {
    console.error('breakwater: stopped; what was made is kept, make deploy goes on from there, make undeploy removes it.')
  }
  process.exit(130)
})

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      follow: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [command] = positionals
  if (values.help || !command) console.log(usage)
  else await run(command, values)
} catch (error) {
  const { text, exitCode } = describeFailure(error)
  console.error(`breakwater: ${text}`)
  process.exitCode = exitCode
}

async function run(command: string, { json, follow }: { json: boolean; follow: boolean }): Promise<void> {
  switch (command) {
    case 'deploy': {
      const { url, changed, removed, cluster } = await deploy(process.env, progress, stop.signal)
      const seconds = ((Date.now() - started) / 1000).toFixed(1)
      if (json) console.log(JSON.stringify({ context: cluster.context, url, changed, removed, seconds: Number(seconds) }))
      else {
        console.log(`The shop runs in ${cluster.context} (${changed.length + removed.length} changes, ${seconds} s).`)
        if (url) console.log(`\n${nextCommands(url)}`)
      }
      return
    }
    case 'undeploy':
      console.log(await undeploy(process.env))
      return
    case 'status': {
      const status = await clusterStatus(process.env)
      console.log(json ? JSON.stringify(status, null, 2) : describeStatus(status))
      return
    }
    case 'logs':
      await printLogs(process.env, { follow, signal: stop.signal })
      return
    default:
      throw new ClusterError(`There is no command ${command}: deploy, undeploy, status or logs.`)
  }
}
