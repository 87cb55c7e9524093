import { expect, test } from 'vitest'
import { type Check, equals } from '../../../../../scripts/checks/check.ts'
import { failedAsItMust, judge } from '../../../../../scripts/experiments/core/judge.ts'

const decisive = { mustFail: 'ejected', mustPass: ['served', 'fault was there'] }
const holds = (what: string): Check => equals(what, 1, 1)
const fails = (what: string): Check => equals(what, 1, 0)
const doubtful = (what: string): Check => ({ ...fails(what), doubt: 'slow' })
const goodControl = [fails('ejected'), holds('served'), holds('fault was there')]

const verdict = (
  checks: readonly Check[],
  control: readonly Check[] = goodControl,
  invariants: readonly Check[] = [],
  remains: string[] = [],
) =>
  judge(
    { checks, invariants, remains, negativeControl: { change: '', checks: control, failedAsItMust: failedAsItMust(control, decisive) } },
    decisive,
  )

test('all holds, and the control failed by what was taken away: pass', () => {
  expect(verdict([holds('ejected')])).toEqual({ verdict: 'pass' })
  expect(verdict([holds('ejected')], [...goodControl, fails('more')])).toEqual({ verdict: 'pass' })
})

test.each<[string, ReturnType<typeof verdict>]>([
  ['a check that does not hold', verdict([fails('ejected')])],
  ['one beside a doubtful one', verdict([doubtful('in time'), fails('ejected')])],
  ['an invariant', verdict([holds('ejected')], goodControl, [fails('orders lost')])],
  ['something left behind', verdict([holds('ejected')], goodControl, [], ['a rule'])],
  ['a control that passed', verdict([holds('ejected')], [holds('ejected'), holds('served'), holds('fault was there')])],
  ['a control in which nothing was injected', verdict([holds('ejected')], [fails('ejected'), holds('served'), fails('fault was there')])],
  ['a control that passed, whatever else is in doubt', verdict([holds('ejected')], [holds('ejected'), doubtful('served')])],
  ['a control without its decisive checks', verdict([holds('ejected')], [fails('something')])],
])('%s: fail', (_, found) => {
  expect(found).toEqual({ verdict: 'fail' })
})

test('only doubtful checks do not hold: inconclusive, each reason once', () => {
  expect(verdict([doubtful('ejected'), doubtful('in time')])).toEqual({ verdict: 'inconclusive', reason: 'slow' })
  expect(verdict([holds('ejected')], [doubtful('ejected'), holds('served'), holds('fault was there')])).toEqual({
    verdict: 'inconclusive',
    reason: 'negative control: slow',
  })
  expect(verdict([holds('ejected')], goodControl, [doubtful('audit')])).toEqual({ verdict: 'inconclusive', reason: 'slow' })
})

test('a doubtful check that holds is as good as any', () => {
  expect(verdict([{ ...holds('in time'), doubt: 'slow' }])).toEqual({ verdict: 'pass' })
})
