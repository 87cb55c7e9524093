/** `dist/local` → the Envoy configuration of one workload's first replica, printed. Ports are those of a pod, which this machine need not have free. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { ManifestError, readManifests } from './read-manifests.ts'
import { renderEnvoy } from './render-envoy.ts'

const usage = `Usage: npm run -s envoy -- --workload <name> [--json]
Prints the configuration of <name>'s sidecar, as the laptop runs it: bootstrap, listeners, clusters, endpoints, routes.
  --json   JSON instead of YAML
  --dist   folder of manifests (default: dist/local)`

/** Istio's ports in a pod, and a replica's address that stands for any. */
const podPorts = { appPort: 8080, inboundPort: 15006, outboundPort: 15001, adminPort: 15000 }

function manifestsIn(folder: string): unknown[] {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  } catch {
    throw new ManifestError(`There are no manifests in ${folder}. Run: npm run synth`)
  }
  return names
    .toSorted()
    .flatMap((name) => parseAllDocuments(readFileSync(`${folder}/${name}`, 'utf8')).map((document) => document.toJS() as unknown))
}

function print(argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    options: { workload: { type: 'string' }, dist: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const manifests = manifestsIn(values.dist ?? fileURLToPath(new URL('../../dist/local', import.meta.url)))
  const workloads = readManifests(manifests).deployments.map(({ metadata }) => metadata.name)
  const { workload } = values
  if (!workload || !workloads.includes(workload)) {
    throw new ManifestError(`--workload ${workload ? `${workload} is unknown` : 'is missing'}. There are: ${workloads.join(', ')}`)
  }
  const rendered = renderEnvoy({
    workload,
    nodeId: `${workload}-0`,
    manifests,
    instances: workloads.map((name) => ({ workload: name, replica: 0, host: '127.0.0.1', inboundPort: podPorts.inboundPort })),
    self: podPorts,
    files: { xds: '/etc/envoy', accessLog: '/dev/stdout' },
  })
  console.log(values.json ? JSON.stringify(rendered, null, 2) : stringify(rendered, { aliasDuplicateObjects: false, lineWidth: 0 }))
}

try {
  print(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
