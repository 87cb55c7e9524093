import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { topicsJob } from '../../services/shared/contracts/deployment.ts'
import { workloadNames } from '../../services/shared/contracts/topology.ts'
import { tryTool } from '../cli/run-tool.ts'
import { compileErrors } from './compile.ts'
import { type Piece, toyService, toyWorkload } from './toy-pieces.ts'

/**
 * Adds an event-sourced service and a workload to a copy of the repository, piece by piece, and sees that each piece that is still missing is named,
 * and that nothing else of the code had to be edited in the end. (On EKS an event-sourced service also has a role in
 * scripts/cluster/eks/cluster.yaml, which a unit test holds to topology.) What is missing in the repository itself is named first.
 */
const repository = fileURLToPath(new URL('../../', import.meta.url))
const copied = ['services', 'charts', 'cdk8s', 'mesh', 'scripts', 'package.json', 'tsconfig.json']
/** What loads services, charts, policy and the tools of the log. */
const entries = ['services/shop.ts', 'scripts/synth/synth.ts', 'scripts/schemas/command-schemas.ts', 'scripts/events/rules.ts']
/** Who tells people of events, and who judges them. */
const readers = ['services/order-history/projections/projections.ts', 'scripts/events/audit/conservation.ts']
const isWhereEventsMatter = (path: string): boolean =>
  /^services\/(shared\/contracts\/order-status|orders\/decider\/|order-history\/projections\/)|^scripts\/events\/audit\//.test(path)
const known: readonly string[] = [...workloadNames, topicsJob, 'shared', 'shop.ts', 'README.md']

/** An empty folder for the copy; main.ts makes it and takes it away. */
const [root = ''] = process.argv.slice(2)
const faults = strayFolders(repository)
if (faults.length === 0) faults.push(...(await countChanges()))
for (const fault of faults) console.error(fault)
if (faults.length === 0)
  console.log(
    `a service is ${countOf(toyService)} pieces and a workload ${countOf(toyWorkload)}; each is named when it is missing, and no other code is edited.`,
  )
else process.exitCode = 1

/** @returns what did not turn out as it should, a sentence each */
async function countChanges(): Promise<string[]> {
  for (const name of copied) cpSync(join(repository, name), join(root, name), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  const tables = ['services/shop.ts', 'charts/workloads.ts', 'mesh/policies.ts']
  const missing = () => compileErrors(root, entries, (path) => tables.includes(path))
  const faults: string[] = []
  const expect = (what: string, errors: readonly string[], patterns: readonly RegExp[]) => {
    for (const pattern of patterns)
      if (!errors.some((error) => pattern.test(error))) faults.push(`${what}: nothing says ${pattern}, but:\n  ${errors.join('\n  ')}`)
    if (errors.length > patterns.length) faults.push(`${what}: more is to be edited:\n  ${errors.join('\n  ')}`)
  }

  add(toyService.folder, toyWorkload.folder)
  const strays = strayFolders(root)
  expect('folders that topology does not know', strays, [/^services\/echo has no entry/, /^services\/toys has no entry/])
  add(toyService.topology, toyWorkload.topology)
  const named = [/^services\/shop.ts: .*toys/, /^charts\/workloads.ts: .*(toys.*echo|echo.*toys)/, /^mesh\/policies.ts: .*echo/]
  expect('entries in topology and nothing else', await missing(), named)
  add(toyService.events, toyService.definition, toyWorkload.policy)
  expect('definitions without a row', await missing(), [/^charts\/workloads.ts: .*(toys.*echo|echo.*toys)/])
  add(toyService.row, toyWorkload.row)
  expect('all pieces', await compileErrors(root, [...entries, 'services/toys/main.ts', 'services/echo/main.ts']), [])

  const synthesized = await run('scripts/synth/main.ts', '--out', 'manifests')
  if (synthesized !== '' || !hasAll('manifests/kind', ['2-mesh-echo.yaml', '3-echo.yaml', '3-toys.yaml']))
    faults.push(`synth does not have the toys: ${synthesized}`)
  const unrecorded = await run('scripts/breakwater.ts', 'schemas', 'check')
  if (!/not recorded: .*toys\.ToySent@1.*toys\.NotifyCustomer/.test(unrecorded))
    faults.push(`schemas check does not name the toys' event and command: ${unrecorded}`)
  const recorded = await run('scripts/breakwater.ts', 'schemas', 'record')
  if (recorded !== '') faults.push(`schemas of the toys cannot be recorded: ${recorded}`)

  addEvent('orders', "'orders.OrderLost': Type.Object({ orderId: OrderId }),")
  expect('an event that everybody forgot', await compileErrors(root, [...entries, ...readers], isWhereEventsMatter), [
    /^services\/orders\/decider\/evolve\.ts: /,
    /^services\/order-history\/projections\/timeline-texts\.ts: .*OrderLost/,
    /^services\/shared\/contracts\/order-status\.ts: .*OrderLost/,
    /^scripts\/events\/audit\/conservation\.ts: .*OrderLost/,
  ])
  if (!/not recorded: .*orders\.OrderLost@1/.test(await run('scripts/breakwater.ts', 'schemas', 'check')))
    faults.push('schemas check does not name an event that is not recorded')
  return faults
}

/** Declares one more event of a service. */
function addEvent(service: string, declaration: string): void {
  const path = join(root, `services/shared/contracts/events/${service}.ts`)
  writeFileSync(path, readFileSync(path, 'utf8').replace(`export const ${service}Events = {`, `$&\n  ${declaration}`))
}

function add(...pieces: readonly Piece[]): void {
  for (const piece of pieces) piece.add(root)
}

/** Folders of services that neither topology nor the deployment knows. */
function strayFolders(of: string): string[] {
  return readdirSync(join(of, 'services'))
    .filter((name) => !known.includes(name))
    .map((name) => `services/${name} has no entry in services/shared/contracts/topology.ts`)
}

/** @returns what a command of the copy says when it fails; else nothing */
async function run(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await tryTool(process.execPath, args, { cwd: root, timeoutMs: 0 })
  return code === 0 ? '' : stderr
}

function hasAll(folder: string, files: readonly string[]): boolean {
  const there = readdirSync(join(root, folder))
  return files.every((file) => there.includes(file))
}

function countOf(pieces: Readonly<Record<string, Piece>>): string {
  return `${Object.keys(pieces).length}`
}
