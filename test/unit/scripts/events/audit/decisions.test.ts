import { describe, expect, test } from 'vitest'
import { examineDecisions } from '../../../../../scripts/events/audit/decisions.ts'
import { type Command, type Decision, type DomainEvent, refuse } from '../../../../../services/shared/runtime/event-sourcing/decider.ts'
import { answer, command, event, found, step } from './given-steps.ts'

const added = (by: unknown): DomainEvent => ({ type: 'toy.Added', data: { by } })

function decide({ type, data }: Command, sum: number): Decision<DomainEvent> {
  if (type === 'Explode') throw new Error('no such thing')
  if (type === 'Refuse') return refuse('NEVER', 'not today')
  const { by } = data as { by: unknown }
  return sum >= 10 ? [] : [added(by)]
}
/** Adds until 10 is reached; cannot fold what is no number. */
const toy = {
  initial: 0,
  decide,
  evolve: (sum: number, { data }: DomainEvent) => {
    const { by } = data as { by: number }
    if (typeof by === 'string') throw new Error('no number')
    return sum + by
  },
}
const rules = { toy: { decider: toy as never, reactions: {}, subscribesTo: [] } }
const decisions = (...steps: Parameters<typeof found>[1]) => found(examineDecisions(rules), steps)

const torn = 'outcomes that differ from what the rules decide (torn or invented)'
const add = (offset: number, by: unknown) => ({ command: command(offset, {}, { by }) })
const wrote = (offset: number, cause: number, by: unknown, version = offset + 1) => event(offset, cause, { version }, { by })

describe('what the rules decide is no fault', () => {
  test('events over the state that the log had reached, each aggregate its own', () => {
    const other = command(2, { aggregateId: 'b' }, { by: 1 })
    expect(
      decisions(
        step(0, [wrote(0, 0, 10)], add(0, 10)),
        step(1, [answer(1, 1)], add(1, 1)),
        step(2, [event(2, 2, { aggregateId: 'b' }, { by: 1 })], { command: other }),
      ),
    ).toEqual([])
  })

  test('refusals, and mistakes of the rules in the same words', () => {
    expect(decisions(step(0, [answer(0, 0, 'NEVER')], { command: command(0, { type: 'Refuse' }) }))).toEqual([])
  })

  test('data whose keys came in another order, or were left out because they are undefined', () => {
    const by = { deep: [{ x: 1, y: 2 }, null], z: undefined, a: 'text' }
    expect(decisions(step(0, [wrote(0, 0, { a: 'text', deep: [{ y: 2, x: 1 }, null] })], add(0, by)))).toEqual([])
  })
})

describe('what nobody decided', () => {
  test('another event than the rules give', () => {
    expect(decisions(step(0, [wrote(0, 0, 2)], add(0, 1)))).toEqual([
      `${torn}: 1: toy.commands/0/0 Add: toy.Added {"by":2} instead of toy.Added {"by":1}`,
    ])
  })

  test('a value where there is none, a list in another order', () => {
    expect(decisions(step(0, [wrote(0, 0, null)], add(0, {})))).toHaveLength(1)
    expect(decisions(step(0, [wrote(0, 0, [2, 1])], add(0, [1, 2])))).toHaveLength(1)
  })

  test('an answer instead of an event, an event instead of nothing, another code', () => {
    expect(decisions(step(0, [answer(0, 0)], add(0, 1)))).toEqual([
      `${torn}: 1: toy.commands/0/0 Add: unchanged instead of toy.Added {"by":1}`,
    ])
    expect(decisions(step(0, [wrote(0, 0, 10)], add(0, 10)), step(1, [wrote(1, 1, 1)], add(1, 1)))).toEqual([
      `${torn}: 1: toy.commands/0/1 Add: toy.Added {"by":1} instead of unchanged`,
    ])
    expect(decisions(step(0, [answer(0, 0, 'OTHER')], { command: command(0, { type: 'Refuse' }) }))).toEqual([
      `${torn}: 1: toy.commands/0/0 Refuse: refused OTHER instead of refused NEVER`,
    ])
  })

  test('rules that fail say why', () => {
    expect(decisions(step(0, [wrote(0, 0, 1)], { command: command(0, { type: 'Explode' }) }))).toEqual([
      `${torn}: 1: toy.commands/0/0 Explode: toy.Added {"by":1} instead of thrown: no such thing`,
    ])
  })

  test('a long text is cut after 120 characters, one of 120 is whole', () => {
    const text = (length: number) => 'x'.repeat(length - 'toy.Added {"by":""}'.length)
    const said = (length: number) => decisions(step(0, [wrote(0, 0, text(length))], add(0, 1)))[0]
    expect(said(120)).toContain(`Add: toy.Added {"by":"${text(120)}"} instead of`)
    expect(said(121)).toContain(`Add: toy.Added {"by":"${text(121)}"… instead of`)
  })
})

describe('the state moves on by what was written', () => {
  test('by an event that nobody decided as well, and past one that cannot be folded', () => {
    expect(
      decisions(step(0, [wrote(0, 0, 10)], add(0, 9)), step(1, [wrote(1, 1, 'ten')], add(1, 'ten')), step(2, [answer(2, 2)], add(2, 1))),
    ).toEqual([expect.stringMatching(/: 2: toy.commands\/0\/0 .*; toy.commands\/0\/1 /)])
    expect(
      decisions(
        step(0, [wrote(0, 0, 9)], add(0, 9)),
        step(1, [wrote(1, 1, 'ten')], add(1, 'ten')),
        step(2, [wrote(2, 2, 1)], add(2, 1)),
        step(3, [answer(3, 3)], add(3, 1)),
      ),
    ).toEqual([])
  })

  test('not by answers, although they have data of their own', () => {
    expect(
      decisions(step(0, [answer(0, 0, 'NEVER')], { command: command(0, { type: 'Refuse' }) }), step(1, [wrote(1, 1, 1)], add(1, 1))),
    ).toEqual([])
  })

  test('by the events of a command that has expired', () => {
    const { command: _, ...expired } = step(0, [wrote(0, 0, 10)])
    expect(decisions(expired, step(1, [answer(1, 1)], add(1, 1)))).toEqual([])
  })
})

describe('answers that no rule gives', () => {
  test.each(['VERSION_CONFLICT', 'COMMAND_PARKED', 'COMMAND_DISCARDED', 'EVENT_PARKED'])('%s is taken as it is', (code) => {
    expect(decisions(step(0, [answer(0, 0, code)], add(0, 1)))).toEqual([])
  })

  test('a command that was put aside may be found done when it comes again; any other answer is judged', () => {
    const again = { command: command(1, { id: 'c0' }, { by: 1 }) }
    const aside = step(0, [answer(0, 0, 'COMMAND_PARKED')], add(0, 1))
    expect(decisions(aside, step(1, [answer(1, 0)], again))).toEqual([])
    expect(decisions(aside, step(1, [answer(1, 0, 'NEVER')], again))).toHaveLength(1)
    expect(decisions(aside, step(1, [answer(1, 0), answer(2, 0)], again))).toHaveLength(1)
    expect(decisions(step(0, [answer(0, 0)], add(0, 1)), step(1, [answer(1, 0)], again))).toEqual([expect.stringContaining(': 2: ')])
  })

  test('commands that cannot be read, and services that are not known, are left out', () => {
    expect(decisions(step(0, [wrote(0, 0, 2)], { command: { failure: 'SCHEMA_MISMATCH', detail: '' } }))).toEqual([])
    expect(decisions(step(0, [wrote(0, 0, 2)], { ...add(0, 1), service: 'strange' }))).toEqual([])
    expect(decisions(step(0, [{ place: 'toy.events/0/0', unreadable: 'X' }], add(0, 1)))).toEqual([])
  })
})
