import { expect, test } from 'vitest'
import {
  type CallerRetries,
  hostsFailed,
  type RetryConfig,
  retryVerdict,
  sentAgain,
} from '../../../../../../scripts/experiments/core/route/retry-verdict.ts'

const config: RetryConfig = { attempts: 2, status: 503, hosts: 3, callers: ['page-0'], requests: 3 }
const answers = (...statuses: number[]) => statuses.map((status) => ({ status, ms: 2, overloaded: false }))
const right: CallerRetries = {
  caller: 'page-0',
  allFail: answers(503, 503, 503),
  oneFails: answers(200, 200, 200),
  sent: 9,
  reachedVictim: 1,
}
const failed = (caller: Partial<CallerRetries>, arrived: number | undefined = 9, of = config) =>
  retryVerdict(of, { callers: [{ ...right, ...caller }], arrived })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('each call is sent once and again as often as the route says', () => {
  expect(failed({})).toEqual([])
  expect(failed({ sent: 8 })).toEqual([sentAgain])
  expect(failed({ sent: 10 })).toEqual([sentAgain])
  expect(failed({}, undefined)).toEqual([])
  expect(failed({}, 8)).toEqual(['requests that the hosts saw while all failed'])
})

test('without retries each is sent once: the check of the control fails, and the fault was there', () => {
  expect(failed({ sent: 3, oneFails: answers(200, 503, 200) }, 3)).toEqual([
    sentAgain,
    'calls that failed while one host did',
    'requests that the hosts saw while all failed',
  ])
  expect(failed({}, 9, { ...config, attempts: 0 })).toContain('times that the route sends a failed call again')
})

test('nothing injected, or a host that failed and was never asked, proves nothing', () => {
  expect(failed({ allFail: answers(200, 200, 200), sent: 3 }, 3)).toContain(hostsFailed)
  expect(failed({ reachedVictim: 0 })).toEqual(['requests that reached the host that failed alone'])
})

test('requests of other workloads prove nothing of the retries, and are counted', () => {
  const doubts = (sent: number, arrived: number) =>
    retryVerdict(config, { callers: [{ ...right, sent }], arrived }).flatMap(({ passed, doubt }) => (passed ? [] : [doubt]))
  expect(doubts(9, 12)).toEqual(['others sent 3 requests to the hosts meanwhile'])
  expect(doubts(9, 8)).toEqual([undefined])
  expect(doubts(10, 10)).toEqual([undefined, undefined])
})
