import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakwater, type Ending } from '../../../in-process.ts'
import { runProcess } from '../../../run-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'breakwater-commands-'))
/** Of every target. */
const manifests = join(folder, 'dist')
const dist = ['--dist', join(manifests, 'local')]
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs one of our commands as people do. */
const run = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => runProcess(process.execPath, [file, ...args], { env })
/** It writes with a process of its own, whose output only a process shows. */
const synth = () => run('scripts/breakwater.ts', ['synth', '--out', manifests])

let first: Ending
beforeAll(async () => {
  first = await synth()
})

test('synth writes every target, a second time changes nothing, what is stale is removed', async () => {
  expect(first).toMatchObject({ code: 0, err: '' })
  const targets = ['local', 'kind', 'kind-observability', 'eks', 'eks-observability', 'observability']
  expect(readdirSync(manifests).toSorted()).toEqual(targets.toSorted())
  writeFileSync(join(manifests, 'local', 'stale.yaml'), '')
  const changed = targets.map((target) => `${target}: \\d+ files, ${target === 'local' ? 1 : 0} changed\n`)
  expect((await synth()).out).toMatch(new RegExp(`^${changed.join('')}$`))
})

test('envoy prints a configuration, as YAML or JSON', async () => {
  const yaml = await run('scripts/breakwater.ts', ['envoy', '--workload', 'gateway', ...dist])
  expect(yaml).toMatchObject({ code: 0, err: '' })
  expect(yaml.out).toContain('outbound|80||catalog.breakwater.svc.cluster.local')
  const json = await breakwater(['envoy', '--workload', 'gateway', '--json', ...dist])
  expect(Object.keys(JSON.parse(json.out))).toEqual(['bootstrap', 'listeners', 'clusters', 'routes'])
})

test('envoy prints what the laptop runs: endpoints within their clusters, overlays laid on', async () => {
  const shop = join(folder, 'shop')
  mkdirSync(join(shop, 'policy'), { recursive: true })
  const overlay = { kind: 'DestinationRule', metadata: { name: 'catalog', namespace: 'breakwater' } }
  const spec = {
    host: 'catalog.breakwater.svc.cluster.local',
    trafficPolicy: { outlierDetection: { consecutiveErrors: 2, interval: '7s' } },
  }
  writeFileSync(join(shop, 'policy', 'mine.yaml'), JSON.stringify({ apiVersion: 'networking.istio.io/v1', ...overlay, spec }))
  const env = { BREAKWATER_LOCAL_DIR: shop, BREAKWATER_MANIFESTS: join(manifests, 'local') }
  const { code, out, err } = await breakwater(['envoy', '--workload', 'gateway', '--json'], env)
  expect(code).toBe(0)
  expect(err).toMatch(/^warning: DestinationRule catalog: .*consecutiveErrors is called consecutive5xxErrors today/)
  const { clusters } = JSON.parse(out) as { clusters: { name: string }[] }
  expect(clusters.find(({ name }) => name === 'outbound|80||catalog.breakwater.svc.cluster.local')).toMatchObject({
    type: 'STATIC',
    load_assignment: { endpoints: [{ lb_endpoints: [{}, {}, {}] }] },
    outlier_detection: { interval: '7s' },
  })
})

test.each([
  [
    'envoy without manifests',
    ['envoy', '--workload', 'gateway', '--dist', '/nowhere'],
    'There are no manifests in /nowhere. Run: make synth',
  ],
  ['envoy with an unknown option', ['envoy', '--workloads', 'gateway'], "unknown option '--workloads' (Did you mean --workload?)"],
  ['synth with an unknown option', ['synth', '--target', 'local'], "unknown option '--target'"],
])('%s: one readable line and a code', async (_, words, line) => {
  const { code, out, err } = await breakwater(words)
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toContain(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

test('envoy of an unknown workload names the known ones', async () => {
  const { code, err } = await breakwater(['envoy', '--workload', 'catalogue', ...dist])
  expect(code).toBe(2)
  expect(err).toMatch(/^there is no workload 'catalogue' \(did you mean 'catalog'\?\); there are: catalog, /)
})

const usage = { code: 0, out: expect.stringMatching(/^Usage: (npx breakwater|npm run) /) }

test.each(['synth', 'envoy'])('%s --help', async (command) => {
  expect(await breakwater([command, '--help'])).toMatchObject(usage)
})

test('cdk8s/istio-types/main.ts --help', async () => {
  expect(await run('cdk8s/istio-types/main.ts', ['--help'])).toMatchObject(usage)
})

test('imports without istioctl say what to install', async () => {
  const { code, err } = await run('cdk8s/istio-types/main.ts', ['--check'], { PATH: folder })
  expect(code).toBe(1)
  expect(err).toMatch(/^istioctl is not on PATH\./)
})

const hasIstioctl = (process.env.PATH ?? '').split(delimiter).some((directory) => {
  try {
    accessSync(join(directory, 'istioctl'), constants.X_OK)
    return true
  } catch {
    return false
  }
})

test.skipIf(!hasIstioctl)('the committed imports are what istioctl says', async () => {
  expect(await run('cdk8s/istio-types/main.ts', ['--check'])).toMatchObject({ code: 0 })
})
