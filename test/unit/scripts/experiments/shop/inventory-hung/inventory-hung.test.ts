import { expect, test } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { parseLeftOut } from '../../../../../../scripts/experiments/shop/inventory-hung/parts-left-out.ts'
import {
  allAnswered,
  type HungConfig,
  pagesBounded,
  refusedAtOnce,
} from '../../../../../../scripts/experiments/shop/inventory-hung/verdict.ts'
import { inventoryHung } from '../../../../../../scripts/experiments/shop/inventory-hung.ts'
import { type Rules, simulatedGateways } from './simulated-gateways.ts'

const config: HungConfig = {
  declared: true,
  maxConnections: 4,
  maxPending: 3,
  timeoutMs: 4_000,
  // No machine is too slow to fill the pool: requests wait until it is full.
  tryMs: 60_000,
  ejection: { consecutiveErrors: 1, intervalMs: 100, baseMs: 300 },
  waiting: 2,
  excess: 5,
  beside: 3,
  hungMs: 900,
  perSecond: 20,
  hosts: 1,
  recoveryMs: 2_000,
  callers: ['gateway-0', 'gateway-1'],
}
const right: Rules = { maxConnections: 4, maxPending: 3, timeoutMs: 300, ejectedMs: 350 }
/** Where pages wait for as long as the gateway does, of which half a second is for what a page takes beside. */
const short = { ...config, timeoutMs: 1_000 }
const without: Rules = { timeoutMs: 1_800 }

async function judged(
  each: readonly Rules[],
  { of: config, strayAt }: { readonly of: HungConfig; readonly strayAt?: number },
): Promise<{ checks: readonly Check[]; isControl: boolean }> {
  const { shop, full, stray, close } = await simulatedGateways(each)
  const { apply, rollback } = await inventoryHung.action(shop, config)
  const run = {
    target: shop,
    signal: new AbortController().signal,
    progress: (line: string) => {
      if (line.includes('requests at inventory')) full()
    },
    applyAction: async () => {
      await apply()
      if (strayAt !== undefined) void stray(strayAt)
    },
    rollbackAction: rollback,
    quietly: <Result>(work: () => Promise<Result>) => work(),
    event: () => {},
    elapsedMs: () => performance.now(),
  }
  const checks = inventoryHung.verdict(config, await inventoryHung.observe(run, config))
  close()
  return { checks, isControl: failedAsItMust(checks, inventoryHung.negativeControl) }
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed)
const names = (checks: readonly Check[]) => failed(checks).map(({ name }) => name)

test('two gateways whose proxies let seven wait, refuse all others and leave inventory alone afterwards: all holds, for each', async () => {
  const { checks, isControl } = await judged([right, right], { of: config })
  expect(names(checks)).toEqual([])
  expect(checks.filter(({ name }) => name.startsWith('gateway-1: '))).toHaveLength(12)
  expect(isControl).toBe(false)
})

// They wait, and nothing is asked of how quick they are: beside each other.
test.concurrent('without rules nobody is refused and pages wait: the control fails as it must', async () => {
  const { checks, isControl } = await judged([without, without], { of: short })
  expect(names(checks)).toContain(`gateway-0: ${pagesBounded}`)
  expect(names(checks)).toContain(`gateway-1: ${refusedAtOnce}`)
  expect(isControl).toBe(true)
})

test.concurrent('pages that nobody answers fail the control as well: it must show that the gateway answers', async () => {
  const { checks, isControl } = await judged([{ ...without, breaks: true }, without], { of: short })
  expect(names(checks)).toContain(`gateway-0: ${allAnswered}`)
  expect(isControl).toBe(false)
})

test.each<[string, Rules, RegExp, HungConfig?]>([
  ['lets one more wait', { ...right, maxPending: 4 }, /requests refused at once/],
  ['waits longer than the time-out', { ...right, timeoutMs: 2_700 }, /p99 of pages/, { ...config, timeoutMs: 2_000 }],
  ['takes a refusal for an error', { ...right, miscounts: true }, /overflow counters of the caller/],
  ['breaks the page', { ...right, breaks: true }, /pages answered 200/],
  ['does not come back', { ...right, ejectedMs: 60_000 }, /whole pages again/, { ...config, recoveryMs: 1_500 }],
])('a gateway that %s fails, and the other does not', async (_, wrong, check, of = config) => {
  const { checks, isControl } = await judged([right, wrong], { of })
  expect(names(checks)).toContainEqual(expect.stringMatching(check))
  expect(names(checks).filter((name) => name.startsWith('gateway-0: '))).toEqual([])
  expect(isControl).toBe(false)
})

test('pages that others ask for are not held against the rules', async () => {
  const { checks } = await judged([right, right], { of: config, strayAt: 1 })
  const doubts = failed(checks).map(({ doubt }) => doubt)
  expect(doubts).not.toContain(undefined)
  expect(doubts).toContain('others asked gateway-1 for 1 pages meanwhile')
})

test('without limits or a time-out nothing can be claimed', async () => {
  expect(names(inventoryHung.verdict({ ...config, declared: false }, { startedAt: 0, callers: [] }))).toEqual([
    'inventory has pool limits (DestinationRule) and a time-out (VirtualService)',
    'gateway-0: the caller was watched',
    'gateway-1: the caller was watched',
  ])
})

test("the gateway's metric is read for inventory's part alone, whatever the order of its labels", () => {
  const metrics = [
    '# HELP gateway_parts_left_out_total Parts left out',
    'gateway_parts_left_out_total{part="price",reason="timeout"} 3',
    'gateway_parts_left_out_total{reason="circuit-open",part="availability"} 16',
    'gateway_parts_left_out_total{part="availability",reason="timeout",service="gateway"} 64',
    'gateway_other_total{part="availability",reason="timeout"} 9',
  ].join('\n')
  expect([...parseLeftOut(metrics)]).toEqual([
    ['circuit-open', 16],
    ['timeout', 64],
  ])
})
