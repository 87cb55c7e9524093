import { afterEach, expect, test, vi } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { PolicyObject } from '../../../../../../scripts/experiments/core/policy-object.ts'
import {
  type AllOutConfig,
  allOut,
  listsRefused,
  nobodyAsked,
  notBy500,
  pagesDegrade,
} from '../../../../../../scripts/experiments/shop/catalog-all-out/verdict.ts'
import { catalogAllOut } from '../../../../../../scripts/experiments/shop/catalog-all-out.ts'
import { fakeShop } from '../fake-shop.ts'
import { type Gateway, simulatedCatalog } from './simulated-catalog.ts'

vi.mock('node:timers/promises', () => import('../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

const config: AllOutConfig = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  replicas: 3,
  callers: ['gateway-0', 'gateway-1'],
}
/** A sweep comes half an interval after the base time. */
const right: Gateway = { after: { gatewayErrors: 3 }, mostOut: 3, ejectedMs: 5_500 }
/** As the control has it. */
const without: Gateway = { after: { every5xx: 3 }, mostOut: 2, ejectedMs: 5_500 }
const longEnoughMs = 60_000

async function judged(each: readonly Gateway[], strayAt?: number) {
  const { shop, stray } = simulatedCatalog(each)
  const { apply, rollback } = await catalogAllOut.action(shop, config)
  const run = {
    target: shop,
    signal: new AbortController().signal,
    progress: () => {},
    applyAction: apply,
    rollbackAction: rollback,
    event: () => {
      if (strayAt !== undefined) stray(strayAt)
    },
    elapsedMs: () => 0,
    quietly: <Result>(work: () => Promise<Result>) => work(),
  }
  vi.useFakeTimers()
  const observing = catalogAllOut.observe(run, config)
  await vi.advanceTimersByTimeAsync(longEnoughMs)
  const observed = await observing
  const checks = catalogAllOut.verdict(config, observed)
  return { checks, story: catalogAllOut.story?.(config, observed), isControl: failedAsItMust(checks, catalogAllOut.negativeControl) }
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('gateway errors alone eject all three, nobody is asked then, pages come without prices: all holds, for each gateway', async () => {
  const { checks, story, isControl } = await judged([right, right])
  expect(failed(checks)).toEqual([])
  expect(checks.filter(({ name }) => name.startsWith('gateway-1: '))).toHaveLength(15)
  expect(story?.summary).toMatch(
    /^While all 3 catalog replicas answered 500, 0 were ejected; while they answered 503, 3 were\. Then proxies answered 40 calls/,
  )
  expect(isControl).toBe(false)
})

test('where every 5xx counts and one must stay the control fails as it must', async () => {
  const { checks, isControl } = await judged([without, without])
  expect(failed(checks)).toEqual(
    expect.arrayContaining(['gateway-0', 'gateway-1'].flatMap((one) => [notBy500, allOut, nobodyAsked].map((name) => `${one}: ${name}`))),
  )
  expect(isControl).toBe(true)
})

test.each<[string, Gateway, string]>([
  ['ejects by 500s', { ...right, after: { every5xx: 3 } }, notBy500],
  ['keeps one', { ...right, mostOut: 2 }, allOut],
  ['goes on asking', { ...right, leaky: true }, nobodyAsked],
  ['breaks the page', { ...right, breaks: true }, pagesDegrade],
  ['answers another code', { ...right, code: 'INTERNAL' }, listsRefused],
  ['ejects a failure late', { ...right, after: { gatewayErrors: 4 } }, 'most 503s in a row'],
  ['ejects a failure early', { ...right, after: { gatewayErrors: 2 } }, 'fewest 503s in a row'],
  ['lets them back in too early', { ...right, ejectedMs: 4_000 }, 'from the first ejection until a page is whole again'],
  ['never lets them back in', { ...right, ejectedMs: 60_000 }, 'from the first ejection until a page is whole again'],
])('a gateway that %s fails the run, and the other does not', async (_, wrong, check) => {
  const { checks, isControl } = await judged([right, wrong])
  expect(failed(checks)).toContainEqual(expect.stringContaining(`gateway-1: ${check}`))
  expect(failed(checks).filter((name) => name.startsWith('gateway-0: '))).toEqual([])
  expect(isControl).toBe(false)
})

test.each<[string, Gateway]>([
  ['all are ejected all the same', { ...without, mostOut: 3 }],
  ['500s eject nobody', { ...without, after: { gatewayErrors: 3 } }],
  ['pages fail', { ...without, breaks: true }],
])('the control has not failed as it must when %s', async (_, wrong) => {
  expect((await judged([without, wrong])).isControl).toBe(false)
})

test("another's request at the last moment is counted, and takes the exactness, not the verdict", async () => {
  const { checks } = await judged([right, right], 1)
  expect(checks.filter(({ passed }) => !passed).map(({ doubt }) => doubt)).toEqual([])
  const exact = checks.find(({ name }) => name.startsWith('gateway-1: most 503s in a row'))
  expect(exact?.doubt).toBe('others sent 1 requests to catalog meanwhile')
})

test('nothing can be claimed without outlierDetection', () => {
  expect(failed(catalogAllOut.verdict({ ...config, declared: false }, { startedAt: 0, callers: [] }))).toEqual([
    'the DestinationRule of catalog has outlierDetection',
    'gateway-0: the caller was watched',
    'gateway-1: the caller was watched',
  ])
})

test('the rule under test counts gateway errors only and lets all be ejected; the control the other way round', async () => {
  const written: PolicyObject['spec'][] = []
  let spec: PolicyObject['spec'] = {
    trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 50 } },
  }
  const shop = fakeShop({
    hosts: simulatedCatalog([]).shop.hosts,
    policy: async () => ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'catalog' }, spec }),
    overridePolicy: async (_, to) => {
      spec = to?.spec ?? {}
      written.push(spec)
    },
  })
  for (const action of (await catalogAllOut.instruments?.(shop, config)) ?? []) await action.apply()
  await (await catalogAllOut.negativeControl.action?.(shop))?.apply()
  const times = { interval: '1s', baseEjectionTime: '5s' }
  expect(written.map(({ trafficPolicy }) => (trafficPolicy as { outlierDetection: object }).outlierDetection)).toEqual([
    { consecutive5xxErrors: 0, consecutiveGatewayErrors: 3, maxEjectionPercent: 100, ...times },
    { consecutive5xxErrors: 3, consecutiveGatewayErrors: 0, maxEjectionPercent: 67, ...times },
  ])
})
