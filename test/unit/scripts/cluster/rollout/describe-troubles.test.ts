import { expect, test } from 'vitest'
import { describeTroubles, type TroubledPod } from '../../../../../scripts/cluster/rollout/describe-troubles.ts'

const message = `The producer attempted to update a transaction while another concurrent operation ${'was ongoing '.repeat(400)}`
const stack = `KafkaJSProtocolError\n${'    at somewhere (/app/main.js:1:1)\n'.repeat(100)}`
const log = Array.from({ length: 20 }, (_, attempt) =>
  JSON.stringify({ level: 40, msg: `trying again (${attempt})`, err: { message, stack } }),
).join('\n')
const troubled = (pod: string, changes: Partial<TroubledPod> = {}): TroubledPod => ({
  pod,
  namespace: 'breakwater',
  container: 'catalog',
  reason: 'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
  final: false,
  log,
  ...changes,
})

test('25 KB of stack traces are a line of cause for each pod, what was said once, and where to read more', () => {
  const said = describeTroubles([troubled('catalog-1'), troubled('inventory-1', { container: 'inventory' })], 'kind-breakwater', 120)
  const lines = said.split('\n')
  expect(lines).toEqual([
    '2 pods do not get ready:',
    '  catalog-1: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    expect.stringMatching(/^ {4}trying again \(19\): The producer attempted to update a transaction .*…$/),
    '  inventory-1: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    'More: kubectl --context kind-breakwater -n breakwater logs catalog-1 -c catalog',
  ])
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(120)
})

test('a pod without a container that spoke is described; a known limit is told with its remedy, once', () => {
  const reason = 'cannot be scheduled: 0/1 nodes are available:\n 1 Insufficient memory.'
  const unplaced = (pod: string) => troubled(pod, { reason, log: '' })
  const { container: _, ...first } = unplaced('orders-1')
  const lines = describeTroubles([first, unplaced('orders-2')], 'kind-breakwater', 120).split('\n')
  expect(lines[1]).toBe('  orders-1: cannot be scheduled: 0/1 nodes are available: 1 Insufficient memory.')
  expect(lines.filter((line) => line.startsWith('The nodes have no memory left'))).toHaveLength(1)
  expect(lines.at(-1)).toBe('More: kubectl --context kind-breakwater -n breakwater describe pod orders-1')
})
