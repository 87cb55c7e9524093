import { expect, test } from 'vitest'
import { marked } from '../../../../../scripts/cluster/traffic-split/split-traffic.ts'

const mark = { 'example.org/whose': 'mine' }
const rule = (subsets: object[] | undefined, annotations?: Record<string, string>) => ({
  metadata: { name: 'catalog', ...(annotations && { annotations }) },
  spec: { host: 'catalog', ...(subsets && { subsets }) },
})

test('a rule says whose split it is for as long as it divides', () => {
  const begun = marked(rule([{ name: 'v2' }], { kept: 'too' }), mark)
  expect(begun.metadata?.annotations).toEqual({ kept: 'too', ...mark })
  expect(marked(rule(undefined, begun.metadata?.annotations), mark).metadata?.annotations).toEqual({ kept: 'too' })
})

test('without a mark nothing is written', () => {
  expect(marked(rule([{ name: 'v2' }], mark), {}).metadata?.annotations).toEqual(mark)
  expect(marked(rule([{ name: 'v2' }]), {}).metadata?.annotations).toEqual({})
})
