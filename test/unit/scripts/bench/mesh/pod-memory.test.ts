import { expect, test } from 'vitest'
import { sumMemory } from '../../../../../scripts/bench/mesh/pod-memory.ts'

const pod = (namespace: string, containers?: Record<string, number>) => ({
  podRef: { namespace, name: 'any' },
  ...(containers && {
    containers: Object.entries(containers).map(([name, workingSetBytes]) => ({ name, memory: { workingSetBytes, rssBytes: 1 } })),
  }),
})

test("apps and their sidecars are summed over all nodes; other namespaces and pods that have ended don't count", () => {
  const answers = [
    { pods: [pod('breakwater', { catalog: 60, 'istio-proxy': 30 }), pod('istio-system', { discovery: 900 })] },
    { pods: [pod('breakwater', { orders: 70, 'istio-proxy': 40 }), pod('breakwater')] },
  ]
  expect(sumMemory(answers, 'breakwater')).toEqual({ pods: 2, appBytes: 130, sidecarBytes: 70 })
})

test('an answer in another form is no zero', () => {
  expect(() => sumMemory([{ items: [] }], 'breakwater')).toThrow('a form that is not known')
})
