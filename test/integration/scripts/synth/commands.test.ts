import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-commands-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const envoy = ['scripts/breakwater.ts', 'envoy']
const synth = ['scripts/breakwater.ts', 'synth']

/** Runs one of our commands as people do. */
const run = (main: string | readonly string[], args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [...[main].flat(), ...args], { env, maxBuffer: 16 * 1024 * 1024 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })

test('synth writes every target, a second time changes nothing, what is stale is removed', async () => {
  const first = await run(synth, ['--out', folder])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(folder).toSorted()).toEqual(['eks', 'kind', 'local'])
  writeFileSync(join(folder, 'local', 'stale.yaml'), '')
  expect((await run(synth, ['--out', folder])).stdout).toMatch(
    /^local: \d+ files, 1 changed\nkind: \d+ files, 0 changed\neks: \d+ files, 0 changed\n$/,
  )
})

test('envoy prints a configuration, as YAML or JSON', async () => {
  await run(synth, ['--out', folder])
  const dist = ['--dist', join(folder, 'local')]
  const yaml = await run(envoy, ['--workload', 'gateway', ...dist])
  expect(yaml).toMatchObject({ code: 0, stderr: '' })
  expect(yaml.stdout).toContain('outbound|80||catalog.breakwater.svc.cluster.local')
  const json = await run(envoy, ['--workload', 'gateway', '--json', ...dist])
  expect(Object.keys(JSON.parse(json.stdout))).toEqual(['bootstrap', 'listeners', 'clusters', 'routes'])
})

test('envoy prints what the laptop runs: endpoints within their clusters, overlays laid on', async () => {
  await run(synth, ['--out', folder])
  mkdirSync(join(folder, 'shop', 'policy'), { recursive: true })
  const overlay = { kind: 'DestinationRule', metadata: { name: 'catalog', namespace: 'breakwater' } }
  const spec = {
    host: 'catalog.breakwater.svc.cluster.local',
    trafficPolicy: { outlierDetection: { consecutiveErrors: 2, interval: '7s' } },
  }
  writeFileSync(join(folder, 'shop', 'policy', 'mine.yaml'), JSON.stringify({ apiVersion: 'networking.istio.io/v1', ...overlay, spec }))
  const env = { ...process.env, BREAKWATER_LOCAL_DIR: join(folder, 'shop'), BREAKWATER_MANIFESTS: join(folder, 'local') }
  const { code, stdout, stderr } = await run(envoy, ['--workload', 'gateway', '--json'], env)
  expect(code).toBe(0)
  expect(stderr).toMatch(/^warning: DestinationRule catalog: .*consecutiveErrors is called consecutive5xxErrors today/)
  const { clusters } = JSON.parse(stdout) as { clusters: { name: string }[] }
  expect(clusters.find(({ name }) => name === 'outbound|80||catalog.breakwater.svc.cluster.local')).toMatchObject({
    type: 'STATIC',
    load_assignment: { endpoints: [{ lb_endpoints: [{}, {}, {}] }] },
    outlier_detection: { interval: '7s' },
  })
})

test.each([
  [
    'envoy without manifests',
    envoy,
    ['--workload', 'gateway', '--dist', '/nowhere'],
    'There are no manifests in /nowhere. Run: make synth',
  ],
  ['envoy with an unknown option', envoy, ['--workloads', 'gateway'], "unknown option '--workloads' (Did you mean --workload?)"],
  ['synth with an unknown option', synth, ['--target', 'local'], "unknown option '--target'"],
])('%s: one readable line and a code', async (_, main, args, line) => {
  const { code, stdout, stderr } = await run(main, args)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(line)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('envoy of an unknown workload names the known ones', async () => {
  await run(synth, ['--out', folder])
  const { code, stderr } = await run(envoy, ['--workload', 'catalogue', '--dist', join(folder, 'local')])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^there is no workload 'catalogue' \(did you mean 'catalog'\?\); there are: catalog, /)
})

test.each([[synth], [envoy], ['cdk8s/istio-types/main.ts']])('%s --help', async (main) => {
  expect(await run(main, ['--help'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: (npx breakwater|npm run) /) })
})

test('imports without istioctl say what to install', async () => {
  const { code, stderr } = await run('cdk8s/istio-types/main.ts', ['--check'], { PATH: folder })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^istioctl is not on PATH\./)
})

const hasIstioctl = (process.env.PATH ?? '').split(delimiter).some((directory) => {
  try {
    return readdirSync(directory).includes('istioctl')
  } catch {
    return false
  }
})

test.skipIf(!hasIstioctl)('the committed imports are what istioctl says', async () => {
  expect(await run('cdk8s/istio-types/main.ts', ['--check'])).toMatchObject({ code: 0 })
})
