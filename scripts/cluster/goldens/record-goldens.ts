import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CommandError } from '../../cli/command-error.ts'
import { type Manifest, parseManifests } from '../../manifests/parse-manifests.ts'
import { chooseCluster } from '../choose-cluster.ts'
import { ClusterError } from '../cluster-error.ts'
import { describeFailure } from '../describe-failure.ts'
import { connect, contexts } from '../kubeconfig.ts'
import { madeFrom, proxyConfig, type RecordedPolicy } from './proxy-config.ts'
import { destinationHost, eventually, openScratchDestination, type ScratchDestination } from './scratch-destination.ts'

const usage = `Usage: node scripts/cluster/goldens/record-goldens.ts [--cases <folder>] [--out <folder>]
Applies each <case>.yaml to a cluster with Istio (KUBE_CONTEXT, else the kind cluster) and writes what istiod makes of it to <case>.golden.json.
The namespace "shop" is made for it and removed again. FORTIO_IMAGE (fortio/fortio:1.66.5) names the image of its pods.`

const folder = (path: string): string => fileURLToPath(new URL(`../../../${path}/`, import.meta.url))
const liveWithinMs = 30_000

/** One policy, each resource named after its case: istiod notes the name on what it makes, so that one can tell when it is live. */
interface Case {
  readonly name: string
  readonly manifests: readonly Manifest[]
}

function readCase(path: string): Case {
  const name = basename(path, '.yaml')
  const manifests = parseManifests(readFileSync(path, 'utf8'), path)
  return { name, manifests: manifests.map((manifest) => ({ ...manifest, metadata: { ...manifest.metadata, name } })) }
}

/** The proxy's present configuration, when it was made from this case and from nothing else. */
function ifMadeFrom({ name, manifests }: Case, policy: RecordedPolicy | undefined): RecordedPolicy | undefined {
  const has = (kind: string) => manifests.some((manifest) => manifest.kind === kind)
  const outbound = policy?.clusters.find((cluster) => cluster.name === `outbound|80||${destinationHost}`)
  const [route] = Array.isArray(policy?.virtualHost.routes) ? policy.virtualHost.routes : []
  const rule = has('DestinationRule') ? `/destination-rule/${name}` : ''
  const service = has('VirtualService') ? `/virtual-service/${name}` : ''
  const live = (noted: string, kind: string, wanted: string) => (wanted ? noted.endsWith(wanted) : !noted.includes(kind))
  return live(madeFrom(outbound), '/destination-rule/', rule) && live(madeFrom(route), '/virtual-service/', service) ? policy : undefined
}

async function record(context: string, scratch: ScratchDestination, subject: Case): Promise<RecordedPolicy> {
  await scratch.apply(subject.manifests)
  try {
    return await eventually(`The configuration of ${subject.name}`, liveWithinMs, async () =>
      ifMadeFrom(subject, await proxyConfig(context, scratch.pod)),
    )
  } finally {
    await scratch.remove(subject.manifests)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) return console.log(usage)
  const from = values.cases ?? folder('test/unit/mesh/envoy/golden')
  const out = values.out ?? folder('test/unit/mesh/recorded')
  const cases = readdirSync(from)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readCase(`${from}/${name}`))
  if (cases.length === 0) throw new ClusterError(`${from} has no cases (*.yaml).`)
  const { context } = chooseCluster(process.env, contexts())
  connect({ context })
  const scratch = await openScratchDestination(context)
  try {
    for (const subject of cases) {
      writeFileSync(`${out}/${subject.name}.golden.json`, `${JSON.stringify(await record(context, scratch, subject), null, 2)}\n`)
      console.log(`recorded ${subject.name}`)
    }
  } finally {
    await scratch.close()
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof CommandError)) throw error
  console.error(`breakwater: ${describeFailure(error)}`)
  process.exitCode = 1
}
