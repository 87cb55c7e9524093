import { expect, test } from 'vitest'
import { examineBusiness } from '../../../../../scripts/events/audit/business.ts'
import type { Step } from '../../../../../scripts/events/audit/step.ts'
import { answer, event, step, told } from './given-steps.ts'

/** What is told beside that there are no orders in such a log. */
function business(...outcomes: Step['outcome'][]): string[] {
  const examiner = examineBusiness(undefined)
  for (const [offset, outcome] of outcomes.entries()) examiner.step?.(step(offset, outcome))
  return told(examiner).filter((fault) => !fault.startsWith('orders in the log'))
}
const unreadable = { place: 'toy.events/0/0', unreadable: 'VALUE_NOT_JSON' }
const parked = {
  ...answer(1, 0, 'EVENT_PARKED'),
  data: { commandId: 'toy.events/0/0', commandType: 'Unreadable', outcome: 'refused', code: 'EVENT_PARKED' },
}

test('versions that follow on each other are no fault; one that is left out is told with its place', () => {
  expect(business([event(0, 0)], [event(1, 1, { version: 2 })])).toEqual([])
  expect(business([event(0, 0)], [event(1, 1, { version: 3 })])).toEqual([
    expect.stringContaining('toy.events/0/1: version 3 of a where 2 is due'),
  ])
})

test('an event that cannot be read is told with its place and why, unless its service has put it aside and said so', () => {
  expect(business([unreadable])).toEqual([expect.stringContaining('toy.events/0/0: VALUE_NOT_JSON')])
  expect(business([unreadable], [parked])).toEqual([])
  expect(business([unreadable], [answer(1, 0, 'COMMAND_PARKED')])).toHaveLength(1)
})
