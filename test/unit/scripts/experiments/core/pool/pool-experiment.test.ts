import { expect, test } from 'vitest'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import type { Run } from '../../../../../../scripts/experiments/core/experiment.ts'
import type { Holder } from '../../../../../../scripts/experiments/core/pool/held-requests.ts'
import { poolExperiment } from '../../../../../../scripts/experiments/core/pool/pool-experiment.ts'
import type { PoolObserved } from '../../../../../../scripts/experiments/core/pool/verdict.ts'
import type { Target } from '../../../../../../scripts/experiments/core/target.ts'
import { fakeTarget } from '../fake-target.ts'

const destination = { namespace: 'books', service: 'reviews', port: 9080 }
const caller = { namespace: 'books', workload: 'page', name: 'page-0' }
const reference = { kind: 'DestinationRule', namespace: 'books', name: 'reviews' }
const target = fakeTarget({
  replicas: async () => [caller],
  hosts: async () => [],
  admin: () => async (_, path) =>
    path.startsWith('/clusters') ? JSON.stringify({ cluster_statuses: [{ name: outboundCluster(destination) }] }) : '{"stats":[]}',
})

/** Holds nothing; of its rounds the first few are cut short. */
function observed(cutShort: number, active = 1): { observe: () => Promise<PoolObserved>; said: string[]; labels: string[] } {
  const [said, labels]: [string[], string[]] = [[], []]
  const refused = { status: 503, overloaded: true, at: 0, ms: 1 }
  const holder: Holder<Target> = {
    begin: async (_, { label }) => {
      labels.push(label)
      const round = labels.length
      return {
        send: async (count) => async () => ({ done: true, answers: Array.from({ length: count }, () => refused) }),
        active: async () => active,
        release: async () => {},
        cutShort: () => (round <= cutShort ? `round ${round} was cut short` : undefined),
      }
    },
    singly: async () => [refused],
    seen: async () => undefined,
    releaseAll: async () => {},
  }
  const experiment = poolExperiment({
    name: 'pool',
    hypothesis: '',
    destination,
    caller: { namespace: 'books', name: 'page' },
    rule: reference,
    holder,
    rounds: 2,
  })
  const run: Run = {
    target,
    signal: new AbortController().signal,
    progress: (line) => void said.push(line),
    applyAction: async () => {},
    rollbackAction: async () => {},
    quietly: (work) => work(),
    event: () => {},
    elapsedMs: () => 0,
  }
  return { observe: async () => experiment.observe(run, await experiment.config(target)), said, labels }
}

test('a round that could not be counted is played again, and is none of the rounds', async () => {
  const { observe, said, labels } = observed(1)
  const { callers } = await observe()
  expect(callers[0]?.rounds.map(({ cutShort }) => cutShort)).toEqual([undefined, undefined])
  expect(said[0]).toBe('round 1 was cut short; once more')
  // A latch stays open once it is released.
  expect(new Set(labels).size).toBe(3)
})

test('on a machine that never counts in time they are played a few times more, and say why', async () => {
  const { observe, labels } = observed(100)
  const { callers } = await observe()
  expect(callers[0]?.rounds.map(({ cutShort }) => cutShort)).toEqual(['round 4 was cut short', 'round 5 was cut short'])
  expect(labels).toHaveLength(5)
})

test('who has a place since before the round is counted among the others', async () => {
  const { observe } = observed(0, 3)
  const { callers } = await observe()
  // All ten requests are refused: the three that are held are somebody else's.
  expect(callers[0]?.rounds.map(({ others }) => others)).toEqual([3, 3])
})
