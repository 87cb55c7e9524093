import { expect, test } from 'vitest'
import { NoShop } from '../../../../../../../scripts/cli/command-error.ts'
import { refuseCanary } from '../../../../../../../scripts/experiments/shop/targets/cluster/refuse-canary.ts'

const rule = (name: string, annotations?: Record<string, string>) => ({
  metadata: { name, ...(annotations && { annotations }) },
  spec: { subsets: [{ name: 'v1' }, { name: 'v2' }] },
})

test("somebody's canary is in the way, and the line that ends it is said", () => {
  expect(() => refuseCanary([rule('catalog')])).toThrow(NoShop)
  expect(() => refuseCanary([rule('catalog')])).toThrow('npx breakwater traffic split catalog off')
})

test('what a killed run divides is not: it is taken back as all that such a run leaves', () => {
  const left = rule('catalog', { 'experiment.breakwater.dev/temporary': 'true' })
  expect(() => refuseCanary([left])).not.toThrow()
  expect(() => refuseCanary([left, rule('orders')])).toThrow('the traffic of orders')
  expect(() => refuseCanary([])).not.toThrow()
})
