import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ResultJson } from '../../scripts/experiments/core/result-json.ts'
import { validateResult } from '../../scripts/experiments/core/write-result.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { type Command, command } from '../command.ts'
import { passedOrTooSlow } from '../passed-or-too-slow.ts'
import { contentOf } from './content-of.ts'
import { kubectl } from './kubectl.ts'

let out: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'breakwater-experiments-'))
})
afterAll(() => rm(out, { recursive: true }))

const experiment = (...args: string[]): Command =>
  command(
    spawn(process.execPath, ['scripts/breakwater.ts', 'experiment', 'run', ...args, '--target', 'cluster', '--out', out], {
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )

const catalogRule = async (): Promise<{ metadata: { annotations?: Record<string, string> }; spec: object }> =>
  JSON.parse(await kubectl('get', 'destinationrule', 'catalog', '-o', 'json'))
const kept = 'breakwater.dev/before-experiment'

test('the experiments of the laptop hold here, their controls fail as they must, and the results fit their schema', async () => {
  const names = ['httpbin-pool', 'catalog-ejection']
  const run = experiment(...names)
  expect(await run.end(), run.said()).toBeOneOf([0, 3])
  for (const name of names) {
    const found: ResultJson = JSON.parse(await readFile(join(out, 'experiments', `${name}.json`), 'utf8'))
    validateResult(found)
    expect(found.target).toBe('cluster')
    expect(passedOrTooSlow(found), run.said()).toBe(true)
  }
  expect(await readFile(join(out, 'report.html'), 'utf8')).toMatch(/[0-2] of 2 experiments passed/)
})

test('one run at a time; what killed runs leave behind is found, said and removed; Ctrl-C leaves nothing', async () => {
  const { spec } = await catalogRule()
  const faulty = experiment('catalog-ejection')
  await faulty.says(/ejected after/)
  faulty.process.kill('SIGKILL')
  await faulty.end()

  const unruled = experiment('catalog-ejection')
  await unruled.says(/left behind: fault\.http\.abort.* in the proxy of catalog-/)
  const second = experiment('httpbin-pool')
  expect(await second.end()).toBe(2)
  expect(second.said()).toContain('another run of experiments goes on here')
  // Its control has changed the rule by then.
  await unruled.says(/negative control.*inject/s)
  unruled.process.kill('SIGKILL')
  await unruled.end()
  const changed = await catalogRule()
  expect(changed.spec).not.toEqual(spec)
  expect(changed.metadata.annotations).toHaveProperty([kept])

  const interrupted = experiment('catalog-ejection')
  await interrupted.says(/left behind: a changed DestinationRule catalog/)
  await interrupted.says(/negative control.*inject/s)
  interrupted.process.kill('SIGINT')
  expect(await interrupted.end(), interrupted.said()).toBe(130)
  expect(interrupted.said()).toContain('everything was put back')
  const { metadata, spec: after } = await catalogRule()
  expect(after).toEqual(spec)
  expect(metadata.annotations ?? {}).not.toHaveProperty([kept])
})

/** Without the canary's pods, of which some may still be ending. */
async function contentOfShop(): Promise<unknown> {
  await kubectl('wait', 'pod', '-l', 'app=catalog,version=v2', '--for=delete', '--timeout=60s')
  return contentOf(namespace)
}

test('zones and a second version are there for their experiments only: afterwards the namespace is as it was', async () => {
  const before = await contentOfShop()
  const names = ['zone-loss', 'canary-goes-bad']
  const run = experiment(...names)
  expect(await run.end(), run.said()).toBeOneOf([0, 3])
  for (const name of names) {
    const found: ResultJson = JSON.parse(await readFile(join(out, 'experiments', `${name}.json`), 'utf8'))
    expect(passedOrTooSlow(found), run.said()).toBe(true)
    expect(found.negativeControl?.failedAsItMust).toBe(true)
  }
  expect(await contentOfShop()).toEqual(before)
})

test('Ctrl-C takes zones and a split back; when a run is killed, the next one does', async () => {
  const before = await contentOfShop()
  for (const [name, moment, left] of [
    ['zone-loss', /the lost zone is left out/, /left behind: the locality of the pod/],
    ['canary-goes-bad', /the bad replica of the canary is/, /left behind: the traffic split of catalog/],
  ] as const) {
    const interrupted = experiment(name)
    await interrupted.says(moment)
    interrupted.process.kill('SIGINT')
    expect(await interrupted.end(), interrupted.said()).toBe(130)
    expect(await contentOfShop()).toEqual(before)

    const killed = experiment(name)
    await killed.says(moment)
    killed.process.kill('SIGKILL')
    await killed.end()
    expect(await contentOf(namespace)).not.toEqual(before)
    const next = experiment('httpbin-pool')
    expect(await next.end(), next.said()).toBeOneOf([0, 3])
    expect(next.said()).toMatch(left)
    expect(await contentOfShop()).toEqual(before)
  }
})
