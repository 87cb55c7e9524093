import { expect, test } from 'vitest'
import {
  type CallerObserved,
  customersServed,
  type EjectionConfig,
  type EjectionObserved,
  ejectedOnce,
  ejectionVerdict,
  faultWasThere,
} from '../../../../../../scripts/experiments/core/ejection/verdict.ts'

const config: EjectionConfig = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  replicas: 3,
  victim: 'catalog-0',
  status: 500,
  callers: ['gateway-0'],
}
const terms = { service: 'catalog', traffic: 'GET /v1/products', retried: true }
const ejection = { after: 1_000, shownAt: 1_020, lastShownAt: 6_500, returnedAt: 6_530 }
const one: CallerObserved = {
  caller: 'gateway-0',
  requestsBefore: 3,
  failuresBefore: 3,
  othersAtFault: 0,
  ejections: 1,
  ejection,
  requestsWhile: 0,
  othersWhile: 100,
  probation: { requests: 0, others: 0 },
  failuresAfter: 0,
  successesAfter: 2,
}
const whole = { sent: 200, succeeded: 200, slowestMs: 40 }

/** What differs, of the caller or of all. */
type Part = Partial<CallerObserved> &
  Partial<Omit<EjectionObserved, 'callers' | 'inbound'>> & { inboundBefore?: number; inboundWhile?: number }
const seen = ({ inboundBefore = 3, inboundWhile = 0, sent = 200, succeeded = 200, slowestMs = 40, ...caller }: Part): EjectionObserved => ({
  callers: [{ ...one, ...caller }],
  inbound: { before: inboundBefore, meanwhile: inboundWhile },
  sent,
  succeeded,
  slowestMs,
})
const judge = (part: Part = {}, over: Partial<EjectionConfig> = {}) => ejectionVerdict(terms, { ...config, ...over }, seen(part))
const failed = (checks: ReturnType<typeof judge>) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('ejected at the k-th failure, left alone, back in time, healthy: all checks hold', () => {
  expect(failed(judge())).toEqual([])
})

test('the time out is held against base and interval, plus what looking cannot tell', () => {
  const timed = judge().find(({ name }) => name.startsWith('ejected for'))
  expect(timed).toMatchObject({ expected: { min: 5_000, max: 6_050 }, actual: 5_530 })
})

test.each<[string, Part, RegExp]>([
  ['one failure late', { requestsBefore: 4, inboundBefore: 4 }, /until it was ejected/],
  ['counters that disagree', { inboundBefore: 2 }, /by its own proxy/],
  ['a second ejection', { ejections: 2 }, /ejections of the victim/],
  ['a request while ejected', { requestsWhile: 1 }, /while ejected, by the caller/],
  ['a request while ejected that only the destination saw', { inboundWhile: 1 }, /while ejected, by its own/],
  ['no traffic meanwhile', { othersWhile: 0 }, /other replicas/],
  ['back too early', { ejection: { ...ejection, lastShownAt: 5_900, returnedAt: 5_930 } }, /ejected for/],
  ['back too late', { ejection: { ...ejection, lastShownAt: 7_100, returnedAt: 7_130 } }, /ejected for/],
  ['never back', { ejection: { after: 1_000, shownAt: 1_020, lastShownAt: 9_000 } }, /ejected for/],
  ['looks too far apart', { ejection: { ...ejection, lastShownAt: 5_000, returnedAt: 6_530 } }, /uncertain/],
  ['no probation', { probation: { requests: 1, others: 0 } }, /probation/],
  ['a victim that did not fail', { failuresBefore: 0 }, /failures of the victim while/],
  ['still failing', { failuresAfter: 1 }, /failures of catalog-0 after/],
  ['never served again', { successesAfter: 0 }, /successes of catalog-0/],
  ['customers who noticed', { succeeded: 197 }, /answered whole/],
  ['no customers', { sent: 0, succeeded: 0 }, /answered whole/],
])('%s fails', (_, part, check) => {
  expect(failed(judge(part)).join('\n')).toMatch(check)
})

test('requests of others that were under way at the last failure are counted, not more', () => {
  const busy = { othersAtFault: 2, requestsBefore: 5, inboundBefore: 4 }
  expect(failed(judge(busy))).toEqual([])
  expect(failed(judge({ ...busy, requestsBefore: 6 }))).toHaveLength(1)
  expect(failed(judge({ ...busy, inboundBefore: 2 }))).toHaveLength(1)
  expect(failed(judge({ probation: { requests: 2, others: 2 } }))).toEqual([])
})

const doubts = (checks: ReturnType<typeof judge>) => checks.flatMap(({ passed, doubt }) => (passed ? [] : [doubt]))

test('a count that others may have disturbed proves nothing, and says so', () => {
  expect(doubts(judge({ othersAtFault: 2, requestsBefore: 6 }))).toEqual(['others sent 2 requests to catalog meanwhile'])
  expect(doubts(judge({ requestsBefore: 4 }))).toEqual([undefined])
})

test('requests that reached the victim past the callers are those of other workloads', () => {
  expect(doubts(judge({ inboundBefore: 5 }))).toEqual(['others sent 2 requests to catalog meanwhile'])
  expect(doubts(judge({ inboundWhile: 4 }))).toEqual(['others sent 4 requests to catalog meanwhile'])
  // What the callers sent themselves is no doubt.
  expect(doubts(judge({ requestsBefore: 4, inboundBefore: 4 }))).toEqual([undefined, undefined])
  expect(doubts(judge({ requestsWhile: 1, inboundWhile: 1 }))).toEqual([undefined, undefined])
  expect(doubts(judge({ inboundBefore: 2 }))).toEqual([undefined])
})

test('a machine that is too slow to look, or to answer, proves nothing', () => {
  const blurred = { ...ejection, lastShownAt: 5_000, returnedAt: 9_000 }
  expect(doubts(judge({ ejection: blurred }))).toEqual([expect.stringMatching(/too slow/)])
  const slow = judge({ succeeded: 150, slowestMs: 2_000 })
  expect(slow.find(({ name }) => name === customersServed(terms))?.doubt).toMatch(/too slow/)
  expect(doubts(judge({ succeeded: 150 }))).toEqual([undefined])
})

test('without outlier detection nobody is ejected, and the check that must fail does', () => {
  const { ejection: _, probation: __, ...never } = one
  const callers = [{ ...never, ejections: 0, requestsBefore: 9, failuresBefore: 9 }]
  const checks = ejectionVerdict(terms, config, { callers, inbound: { before: 9, meanwhile: 0 }, ...whole })
  expect(failed(checks)).toContain(ejectedOnce)
  expect(failed(checks)).not.toContain(faultWasThere)
})

test('an undeclared rule fails even when the counts fit', () => {
  expect(failed(judge({}, { declared: false }))).toHaveLength(1)
})

test('what a result says of the rule, in this order', () => {
  expect(judge().map(({ name, expected }) => [name, expected])).toEqual([
    ['the DestinationRule of catalog has outlierDetection', true],
    ["ejections of the victim by the caller's proxy", 1],
    ["requests to catalog-0 until it was ejected, by the caller's proxy", 3],
    ['requests to catalog-0 until it was ejected, by its own proxy', 3],
    ['failures of the victim while it was broken (or nothing was injected)', { min: 3 }],
    ["requests to catalog-0 while ejected, by the caller's proxy", 0],
    ['requests to catalog-0 while ejected, by its own proxy', 0],
    ['requests to the other replicas meanwhile', { min: 1 }],
    ['ejected for, ms', { min: 5_000, max: 6_050 }],
    ['of which uncertain, ms (looking often enough to tell)', { max: 1_000 }],
    ['requests to it when it was first seen back (probation: no success yet)', { max: 0 }],
    ['failures of catalog-0 after its return', 0],
    ['successes of catalog-0 after its return', { min: 1 }],
    ['share of GET /v1/products answered whole', { min: 0.99 }],
  ])
})

test('a doubt begins beyond an interval, and names what took so long', () => {
  const seenFor = (uncertain: number) =>
    judge({ ejection: { ...ejection, after: ejection.shownAt, returnedAt: ejection.lastShownAt + uncertain } })
  expect(seenFor(1_000).flatMap(({ doubt }) => doubt ?? [])).toEqual([])
  const tooSlow = 'this machine is too slow to judge: looking at the proxy took so long that 1001 ms of the ejection are uncertain'
  expect(seenFor(1_001).flatMap(({ doubt }) => doubt ?? [])).toEqual([tooSlow, tooSlow, tooSlow])
  expect(judge({ slowestMs: 1_000 }).flatMap(({ doubt }) => doubt ?? [])).toEqual([])
  expect(judge({ slowestMs: 1_001 }).flatMap(({ doubt }) => doubt ?? [])).toEqual([
    'this machine is too slow to judge: an answer took 1001 ms',
  ])
  expect(judge({ probation: { requests: 0, others: 3 } }).flatMap(({ doubt }) => doubt ?? [])).toEqual([
    'others sent 3 requests to catalog meanwhile',
  ])
})

test('the share of whole answers is told in hundredths of a percent', () => {
  expect(judge({ sent: 3_000, succeeded: 2_999 }).at(-1)?.actual).toBe(0.9997)
})

const two = { ...config, callers: ['gateway-0', 'gateway-1'] }
/** The second caller's proxy differs, or what all of them saw does. */
const ofTwo = (second: Partial<CallerObserved> = {}, inbound = { before: 6, meanwhile: 0 }) =>
  ejectionVerdict(terms, two, { callers: [one, { ...one, caller: 'gateway-1', ...second }], inbound, ...whole })

test('each of several callers ejects for itself; what the victim saw is their sum', () => {
  expect(failed(ofTwo())).toEqual([])
  const counts = ofTwo().filter(({ name }) => /until it was ejected/.test(name))
  expect(counts.map(({ name, expected }) => [name, expected])).toEqual([
    ["gateway-0: requests to catalog-0 until it was ejected, by the caller's proxy", 3],
    ["gateway-1: requests to catalog-0 until it was ejected, by the caller's proxy", 3],
    ['requests to catalog-0 until it was ejected, by its own proxy', 6],
  ])
})

test.each<[string, ReturnType<typeof judge>, string[]]>([
  [
    'one that took a failure more',
    ofTwo({ requestsBefore: 4 }),
    ["gateway-1: requests to catalog-0 until it was ejected, by the caller's proxy"],
  ],
  ['one that never ejected', ofTwo({ ejections: 0 }), [`gateway-1: ${ejectedOnce}`]],
  ['one that went on sending', ofTwo({ requestsWhile: 1 }), ["gateway-1: requests to catalog-0 while ejected, by the caller's proxy"]],
  [
    'one that let it back too late',
    ofTwo({ ejection: { ...ejection, returnedAt: 7_130, lastShownAt: 7_100 } }),
    ['gateway-1: ejected for, ms'],
  ],
  [
    'a victim that counted those of one only',
    ofTwo({}, { before: 3, meanwhile: 0 }),
    ['requests to catalog-0 until it was ejected, by its own proxy'],
  ],
])('of two callers, %s fails the run', (_, checks, names) => {
  expect(failed(checks)).toEqual(names)
})

test('a caller that nobody watched fails the run', () => {
  const checks = ejectionVerdict(terms, two, { callers: [one], inbound: { before: 6, meanwhile: 0 }, ...whole })
  expect(failed(checks)).toEqual(['gateway-1: the caller was watched'])
})

test('without retries each failure is one that its sender saw, and no other is', () => {
  const unretried = { ...terms, retried: false }
  const sent = (succeeded: number) => failed(ejectionVerdict(unretried, config, seen({ succeeded })))
  expect(sent(197)).toEqual([])
  expect(sent(196)).toEqual(['GET /v1/products not answered whole = failures of the victim'])
  expect(sent(198)).toHaveLength(1)
})

test('what the victim does not count itself is not claimed', () => {
  const { inbound: _, ...uncounted } = seen({})
  const names = ejectionVerdict(terms, config, uncounted).map(({ name }) => name)
  expect(names.filter((name) => name.includes('its own proxy'))).toEqual([])
  expect(names).toHaveLength(12)
})
