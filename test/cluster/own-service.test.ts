import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ResultJson } from '../../scripts/experiments/core/result-json.ts'
import { type Command, command } from '../command.ts'
import { passedOrTooSlow } from '../passed-or-too-slow.ts'
import { contentOf } from './content-of.ts'
import { kubectlAnywhere } from './kubectl.ts'

const manifest = (name: string) => fileURLToPath(new URL(`strangers/${name}.yaml`, import.meta.url))
const strangers = ['bookshop', 'library']

let out: string
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'breakwater-own-service-'))
  for (const name of strangers) await kubectlAnywhere('apply', '-f', manifest(name))
  for (const [namespace, ...workloads] of [
    ['bookshop', 'deployment/reviews-v1', 'deployment/productpage-v1'],
    ['library', 'statefulset/books', 'deployment/desk'],
  ] as const)
    for (const workload of workloads) await kubectlAnywhere('rollout', 'status', '-n', namespace, workload, '--timeout=180s')
})
afterAll(async () => {
  for (const name of strangers) await kubectlAnywhere('delete', '-f', manifest(name), '--wait=false')
  await rm(out, { recursive: true })
})

const experiment = (...args: string[]): Command =>
  command(
    spawn(process.execPath, ['scripts/breakwater.ts', 'experiment', 'run', ...args, '--out', out], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
const reviews = ['--namespace', 'bookshop', '--service', 'reviews', '--caller', 'productpage', '--path', '/echo']
const result = async (name: string): Promise<ResultJson> => JSON.parse(await readFile(join(out, 'experiments', `${name}.json`), 'utf8'))

test('every kind is proven on a service that knows nothing of us, for each of its callers, and the namespace is as it was', async () => {
  const before = await contentOf('bookshop')
  const run = experiment('all', ...reviews)
  expect(await run.end(), run.said()).toBeOneOf([0, 3])
  for (const kind of ['ejection', 'pool', 'retry', 'timeout', 'hung']) {
    const found = await result(`bookshop-reviews-${kind}`)
    expect(passedOrTooSlow(found), run.said()).toBe(true)
    expect((found.config as { callers: string[] }).callers).toHaveLength(2)
  }
  expect(await contentOf('bookshop')).toEqual(before)
})

test('a service that hangs costs each caller its pool and the time-out; afterwards the namespace is as it was', async () => {
  const before = await contentOf('bookshop')
  const run = experiment('hung', ...reviews)
  expect(await run.end(), run.said()).toBeOneOf([0, 3])
  const found = await result('bookshop-reviews-hung')
  expect(passedOrTooSlow(found), run.said()).toBe(true)
  expect(found.negativeControl?.failedAsItMust).toBe(true)
  // Of 13 at once three have a place, and each host may have a connection beyond the limit.
  expect(run.said()).toMatch(/productpage-v1-\S+: [2-4] requests at reviews, (1|some) wait, ([8-9]|10) refused/)
  expect(await contentOf('bookshop')).toEqual(before)
})

test('mutual TLS, denied calls and denied connections are in nobody’s way, and stay as they are', async () => {
  const before = await contentOf('library')
  const run = experiment('ejection', '--namespace', 'library', '--service', 'books', '--caller', 'desk', '--path', '/echo')
  expect(await run.end(), run.said()).toBeOneOf([0, 3])
  expect(passedOrTooSlow(await result('library-books-ejection')), run.said()).toBe(true)
  expect(await contentOf('library')).toEqual(before)
})

test('a rule that can eject nobody fails, and the verdict says which field, why, and what would work', async () => {
  const percent = (value: number) => JSON.stringify({ spec: { trafficPolicy: { outlierDetection: { maxEjectionPercent: value } } } })
  const patch = (value: number) =>
    kubectlAnywhere('patch', 'destinationrule', 'reviews', '-n', 'bookshop', '--type=merge', '-p', percent(value))
  await patch(10)
  try {
    const run = experiment('ejection', ...reviews)
    expect(await run.end(), run.said()).toBe(1)
    const { reasons = [] } = (await result('bookshop-reviews-ejection')) as { reasons?: readonly { field: string; wouldWork: string }[] }
    expect(reasons).toMatchObject([
      {
        field: 'DestinationRule bookshop/reviews: spec.trafficPolicy.outlierDetection.maxEjectionPercent',
        wouldWork: expect.stringContaining('34'),
      },
    ])
  } finally {
    await patch(100)
  }
})

test('Ctrl-C while the fault is there leaves nothing; a run that was killed is cleaned up after by the next', async () => {
  const before = await contentOf('bookshop')
  const interrupted = experiment('ejection', ...reviews)
  await interrupted.says(/ejected after/)
  interrupted.process.kill('SIGINT')
  expect(await interrupted.end(), interrupted.said()).toBe(130)
  expect(await contentOf('bookshop')).toEqual(before)

  const killed = experiment('ejection', ...reviews)
  await killed.says(/negative control.*inject/s)
  killed.process.kill('SIGKILL')
  await killed.end()
  expect(await contentOf('bookshop')).not.toEqual(before)
  const next = experiment('retry', ...reviews)
  expect(await next.end(), next.said()).toBeOneOf([0, 3])
  expect(next.said()).toMatch(/left behind: .*EnvoyFilter/)
  expect(await contentOf('bookshop')).toEqual(before)
})

const books = ['--namespace', 'library', '--service', 'books', '--caller', 'desk']
test.each([
  ['retry', /names no status code\): it is not retried/],
  ['hung', /no connectionPool is in force.*\n.*no timeout is set/],
] as const)('%s without the rule that it is about is refused before anything is touched', async (kind, says) => {
  const before = await contentOf('library')
  const run = experiment(kind, ...books)
  expect(await run.end()).toBe(2)
  expect(run.said()).toMatch(says)
  expect(await contentOf('library')).toEqual(before)
})

test.each([
  [['--namespace', 'kube-system', '--service', 'kube-dns', '--caller', 'coredns', '--port', '9153'], /has no sidecar/],
  [['--namespace', 'bookshop', '--service', 'review', '--caller', 'productpage'], /did you mean reviews\?/],
  [['--namespace', 'bookshop', '--service', 'reviews', '--caller', 'nobody'], /there is no workload or Service nobody in bookshop/],
  [['--namespace', 'bookshop', '--service', 'reviews'], /needs --namespace, --service and --caller/],
] as const)('%s: a line says why nothing can be judged', async (args, says) => {
  const run = experiment('ejection', ...args)
  expect(await run.end()).toBe(2)
  expect(run.said()).toMatch(says)
})
