import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Begun, RecentRequests } from '../../../../../../services/shared/runtime/http/recent-requests.ts'

test('who has been here for long counts among all, not among the recent ones', () => {
  const requests = new RecentRequests(250)
  const hung = requests.begin(0)
  const quick = requests.begin(100)
  expect([requests.all, requests.recent(249)]).toEqual([2, 2])
  expect([requests.all, requests.recent(250)]).toEqual([2, 1])
  requests.end(quick)
  expect([requests.all, requests.recent(251)]).toEqual([1, 0])
  requests.end(hung)
  expect([requests.all, requests.recent(252)]).toEqual([0, 0])
})

test('whatever begins, ends and is asked in between, both counts are right', () => {
  const step = fc.record({ waitMs: fc.nat(120), what: fc.constantFrom('begin', 'end', 'ask'), which: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const requests = new RecentRequests(250)
      const open: Begun[] = []
      let now = 0
      for (const { waitMs, what, which } of steps) {
        now += waitMs
        if (what === 'begin') open.push(requests.begin(now))
        if (what === 'end' && open.length > 0) for (const one of open.splice(which % open.length, 1)) requests.end(one)
        if (what !== 'ask') continue
        expect(requests.all).toBe(open.length)
        expect(requests.recent(now)).toBe(open.filter(({ atMs }) => now - atMs < 250).length)
      }
    }),
  )
})
