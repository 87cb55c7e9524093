import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { breakwater } from '../../../in-process.ts'

/** Nobody makes it. */
const nowhere = join(tmpdir(), `breakwater-nowhere-${process.pid}`)
const run = (...words: string[]) => breakwater(words, { BREAKWATER_LOCAL_DIR: nowhere, KAFKA_BROKERS: '' })

test.each([
  [['exprimnt'], "unknown command 'exprimnt' (Did you mean experiment?)"],
  [['experiment', 'rnu', 'all'], "unknown command 'rnu' (Did you mean run?)"],
  [['experiment', 'run', 'httpbin-pol'], "there is no experiment 'httpbin-pol' (did you mean 'httpbin-pool'?)"],
  [['experiment', 'run', 'hung'], "'hung' is for a service of your own: say which with --namespace, --service and --caller"],
  [['experiment', 'run'], "missing required argument 'names'"],
  [
    ['experiment', 'run', 'pool', '--target', 'local', '--service', 'reviews'],
    'a service of your own is in a cluster: leave --target local out',
  ],
  [['experiment', 'run', 'pool', '--service', 'reviews'], 'needs --namespace, --service and --caller'],
  [['status', '--target', 'moon'], "option '--target <where>' argument 'moon' is invalid. Allowed choices are local, cluster."],
  [['status', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
  [['up', 'now'], "too many arguments for 'up'. Expected 0 arguments but got 1: now."],
  [['logs', '--lines', 'many'], "option '-n, --lines <number>' argument 'many' is invalid. It must be a whole number from 0 on."],
  [['logs', '--lines=-1'], 'It must be a whole number from 0 on.'],
  [['restart'], "missing required argument 'replica'"],
  [['load', '--target', 'moon'], "argument 'moon' is invalid. Allowed choices are local, cluster."],
  [['envoy', '--dist', 'dist/kind', '--target', 'cluster'], '--dist renders manifests on this machine'],
  [['envoy', '--workload', 'gatway', '--target', 'cluster'], "there is no workload 'gatway' (did you mean 'gateway'?)"],
  [['load', '--rate', '0'], 'It must be a number above 0.'],
  [['bench', 'ordres'], "there is no benchmark 'ordres' (did you mean 'orders'?)"],
  [['bench', 'mesh', '--idle', '3'], 'mesh takes no --idle; it takes --rate'],
  [['load', '--url', 'nowhere'], '--url must be a URL'],
  [['eks', 'teardown'], 'say so with --yes'],
])('%j is wrong usage: one line, exit code 2', async (words, line) => {
  const { code, out, err } = await run(...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

test.each([
  [['status']],
  [['restart', 'catalog-0']],
  [['experiment', 'run', 'all']],
  [['load']],
  [['events', 'verify']],
  [['dispatch', 'last']],
  [['logs']],
])('%j without a shop: exit code 2 and the line that starts one', async (words) => {
  const { code, out, err } = await run(...words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/make up/)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

test('experiment list as JSON', async () => {
  const { code, out } = await run('experiment', 'list', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toContainEqual({ name: 'httpbin-pool', claim: expect.any(String) })
})
