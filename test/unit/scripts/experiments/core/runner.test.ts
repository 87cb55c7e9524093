import { expect, test } from 'vitest'
import { type Check, equals, unproven } from '../../../../../scripts/checks/check.ts'
import { exitCodes } from '../../../../../scripts/cli/exit-codes.ts'
import type { Action } from '../../../../../scripts/experiments/core/action.ts'
import type { Experiment, Run } from '../../../../../scripts/experiments/core/experiment.ts'
import { exitCodeOf, hasPassed, reasonOf } from '../../../../../scripts/experiments/core/result.ts'
import { resultToJson } from '../../../../../scripts/experiments/core/result-json.ts'
import type { RunNews } from '../../../../../scripts/experiments/core/run-news.ts'
import { type RunOptions, runExperiment } from '../../../../../scripts/experiments/core/runner.ts'
import { validateResult } from '../../../../../scripts/experiments/core/write-result.ts'
import { fakeTarget } from './fake-target.ts'

type BoxExperiment = Experiment<{ guarded: boolean }, { refused: boolean; alive: boolean }>

/** A breaker in a box: broken while injected, unguarded while the rule is away. */
function box() {
  const done: string[] = []
  const state = { injected: false, ruled: true }
  const step = (name: string, change: () => void) => async () => {
    change()
    done.push(name)
  }
  const experiment: BoxExperiment = {
    name: 'box',
    hypothesis: 'The box refuses.',
    config: async () => ({ guarded: true }),
    steadyState: async () => [equals('whole', false, state.injected)],
    watch: async () => [],
    action: async () => ({
      description: 'the injected fault',
      apply: step('inject', () => {
        state.injected = true
      }),
      rollback: step('undo', () => {
        state.injected = false
      }),
    }),
    observe: async ({ applyAction }) => {
      await applyAction()
      return { refused: state.ruled, alive: true }
    },
    verdict: ({ guarded }, { refused, alive }) => [equals('refuses', guarded, refused), equals('alive', true, alive)],
    negativeControl: {
      change: 'rule removed',
      mustFail: 'refuses',
      mustPass: ['alive'],
      action: async () => ({
        description: 'the removed rule',
        apply: step('remove rule', () => {
          state.ruled = false
        }),
        rollback: step('restore rule', () => {
          state.ruled = true
        }),
      }),
    },
  }
  return { experiment, state, done }
}

/** What became of the traffic of a run. */
interface Answered {
  readonly accepted: readonly string[]
}
type Options = RunOptions<Answered>

const answered: Answered = { accepted: ['ord_1'] }
const options = (over: Partial<Options> = {}): Options => ({
  target: fakeTarget(),
  signal: new AbortController().signal,
  progress: () => {},
  startTraffic: async () => ({ quietly: (work) => work(), stop: async () => answered }),
  checkInvariants: async (_, { accepted }) => [equals('placed', ['ord_1'], accepted)],
  settling: { timeoutMs: 10, everyMs: 1 },
  ...over,
})
/** Whatever happens, the result fits the published schema. */
async function run(experiment: BoxExperiment, over: Partial<Options> = {}) {
  const result = await runExperiment(experiment, options(over))
  validateResult(JSON.parse(JSON.stringify(resultToJson(result))))
  return result
}

test('inject, observe, judge, undo; the same without the rule; then the invariants', async () => {
  const { experiment, done } = box()
  const result = await run(experiment)
  expect(done).toEqual(['inject', 'undo', 'remove rule', 'inject', 'undo', 'restore rule'])
  expect(result).toMatchObject({
    name: 'box',
    verdict: 'pass',
    negativeControl: { change: 'rule removed', failedAsItMust: true },
    rollback: { done: true, remains: [] },
  })
  expect(result.invariants.map(({ passed }) => passed)).toEqual([true])
  expect(hasPassed(result)).toBe(true)
  // A file keeps its order: two runs are compared as text.
  expect(Object.keys(resultToJson(result)).join(' ')).toBe(
    'name target startedAt durationMs config verdict claim checks negativeControl timeline events invariants undo',
  )
})

test('a run that failed says why, one that passed does not ask, and a mesh that does not answer explains nothing', async () => {
  const reason = { field: 'spec.limit', because: '0 is no limit.', wouldWork: 'limit: 1' }
  let asked = 0
  const explained = {
    explain: async () => {
      asked++
      return [reason]
    },
  }
  const passing = await run({ ...box().experiment, ...explained })
  expect({ asked, reasons: passing.reasons }).toEqual({ asked: 0, reasons: undefined })
  const failing = { ...box().experiment, verdict: () => [equals('refuses', true, false), equals('alive', true, true)] }
  expect(await run({ ...failing, ...explained })).toMatchObject({ verdict: 'fail', reasons: [reason] })
  const silent = await run({ ...failing, explain: async () => Promise.reject(new Error('no answer')) })
  expect({ verdict: silent.verdict, reasons: silent.reasons }).toEqual({ verdict: 'fail', reasons: undefined })
})

test('a control that passes without the rule fails the run', async () => {
  const { experiment } = box()
  const result = await run({ ...experiment, verdict: () => [equals('refuses', true, true), equals('alive', true, true)] })
  expect(result.negativeControl?.failedAsItMust).toBe(false)
  expect(result.verdict).toBe('fail')
})

test('a control in which nothing works has not failed as it must', async () => {
  const { experiment, state } = box()
  const observe = async ({ applyAction }: Run) => {
    await applyAction()
    return { refused: state.ruled, alive: state.ruled }
  }
  expect(await run({ ...experiment, observe })).toMatchObject({ verdict: 'fail', negativeControl: { failedAsItMust: false } })
})

test('invariants that do not hold fail the run', async () => {
  expect((await run(box().experiment, { checkInvariants: async () => [equals('orders lost', 0, 1)] })).verdict).toBe('fail')
})

test('an observation that throws judges nothing, and everything is undone', async () => {
  const { experiment, state, done } = box()
  const observe = async ({ applyAction }: Run) => {
    await applyAction()
    throw new Error('lost sight')
  }
  const result = await run({ ...experiment, observe })
  expect(result.verdict).toBe('inconclusive')
  expect(reasonOf(result)).toContain('lost sight')
  expect(state).toEqual({ injected: false, ruled: true })
  expect(done.slice(0, 2)).toEqual(['inject', 'undo'])
})

test('an observation that breaks nothing fails', async () => {
  const result = await run({ ...box().experiment, observe: async () => ({ refused: true, alive: true }) })
  expect(result.verdict).toBe('fail')
})

test('an action that fails half-way is rolled back, in the run and in its control', async () => {
  const { experiment, done, state } = box()
  const { rollback } = await experiment.action(fakeTarget(), { guarded: true })
  const half = async () => {
    state.injected = true
    throw new Error('no answer')
  }
  const result = await run({ ...experiment, action: async () => ({ description: 'half', apply: half, rollback }) })
  expect(done).toEqual(['undo', 'remove rule', 'undo', 'restore rule'])
  expect(state).toEqual({ injected: false, ruled: true })
  expect(result.verdict).toBe('inconclusive')

  const other = box()
  const control = other.experiment.negativeControl
  const restore = (await control.action?.(fakeTarget()))?.rollback ?? expect.fail('no action')
  const halfRemoved = async () => {
    other.state.ruled = false
    throw new Error('istiod is away')
  }
  const action = async () => ({ description: 'half', apply: halfRemoved, rollback: restore })
  const controlled = await run({ ...other.experiment, negativeControl: { ...control, action } })
  expect(other.done).toEqual(['inject', 'undo', 'restore rule'])
  expect(other.state).toEqual({ injected: false, ruled: true })
  expect(controlled.verdict).toBe('inconclusive')
  expect(reasonOf(controlled)).toMatch(/negative control: .*istiod is away/)
})

test('when the steady state does not hold nothing is injected, neither in the run nor in its control', async () => {
  const { experiment, done } = box()
  const said: string[] = []
  const steadyState = async () => [equals('whole', true, false)]
  const result = await run({ ...experiment, steadyState }, { progress: (line) => said.push(line) })
  expect(done).toEqual([])
  expect(result).toMatchObject({ verdict: 'inconclusive', checks: [{ name: 'before: whole', passed: false }] })
  expect(result.negativeControl).toBeUndefined()
  expect(reasonOf(result)).toMatch(/nothing was broken.*whole/)
  expect(said.join('\n')).toMatch(/waiting for whole/)
})

test('a steady state that cannot be read is waited for', async () => {
  const { experiment } = box()
  let asked = 0
  const steadyState = async () => {
    asked += 1
    if (asked === 1) throw new Error('restarting')
    return [equals('whole', true, true)]
  }
  expect((await run({ ...experiment, steadyState }, { settling: { timeoutMs: 1_000, everyMs: 1 } })).verdict).toBe('pass')
})

test('a shop that takes no orders is not broken', async () => {
  const { experiment, done } = box()
  const result = await run(experiment, { startTraffic: () => Promise.reject(new Error('the shop did not take 6 of 6 orders')) })
  expect(done).toEqual([])
  expect(reasonOf(result)).toContain('did not take 6 of 6')
  expect(result).toMatchObject({ verdict: 'inconclusive', timeline: [] })
})

test('the steady state must hold again after the undo; the control is not run when it does not', async () => {
  const { experiment, done } = box()
  const steadyState = async () => [equals('whole', false, done.includes('inject'))]
  const result = await run({ ...experiment, steadyState })
  expect(done).toEqual(['inject', 'undo'])
  expect(result.verdict).toBe('fail')
  expect(result.checks.at(-1)).toMatchObject({ name: 'the steady state holds again after the undo', passed: false })
  expect(result.negativeControl?.failedAsItMust).toBe(false)
})

test('the steady state must hold again after the control', async () => {
  const { experiment, done } = box()
  const result = await run({ ...experiment, steadyState: async () => [equals('whole', false, done.includes('remove rule'))] })
  expect(result.verdict).toBe('fail')
  expect(result.checks.at(-1)).toMatchObject({ name: 'the steady state holds again after the negative control', passed: false })
})

test('an undo that fails fails the run, and says what remains', async () => {
  const { experiment } = box()
  const apply = async () => {}
  const stuck = {
    ...experiment,
    action: async () => ({ description: 'the injected fault', apply, rollback: () => Promise.reject(new Error('no way back')) }),
  }
  const result = await run(stuck)
  expect(result.verdict).toBe('fail')
  expect(result.rollback).toEqual({ done: false, remains: ['the injected fault: no way back'] })
})

test('what is left behind fails the run', async () => {
  const target = fakeTarget({ orphans: async () => [{ description: 'a changed rule', remove: async () => {} }] })
  expect(await run(box().experiment, { target })).toMatchObject({ verdict: 'fail', rollback: { done: false, remains: ['a changed rule'] } })
})

test('a finished run is not lost when nobody can say what is left behind', async () => {
  const target = fakeTarget({ orphans: () => Promise.reject(new Error('no route to host')) })
  const result = await run(box().experiment, { target })
  expect(result.checks.length).toBeGreaterThan(1)
  expect(result).toMatchObject({ verdict: 'inconclusive', rollback: { done: false } })
  expect(reasonOf(result)).toContain('no route to host')
})

/** Interrupts the n-th observation. */
function interruptedAt(turn: number) {
  const { experiment, state, done } = box()
  const interruption = new AbortController()
  let observations = 0
  const observe = async (going: Run) => {
    await going.applyAction()
    observations += 1
    if (observations === turn) interruption.abort(new Error('Ctrl-C'))
    going.signal.throwIfAborted()
    return { refused: state.ruled, alive: true }
  }
  return { state, done, result: run({ ...experiment, observe }, { signal: interruption.signal }) }
}

test('an interruption undoes everything, and the result says that it was aborted', async () => {
  const { state, done, result } = interruptedAt(1)
  expect(await result).toMatchObject({ verdict: 'aborted', reason: 'Ctrl-C', rollback: { done: true } })
  expect(state).toEqual({ injected: false, ruled: true })
  expect(done).toEqual(['inject', 'undo'])
})

test('an interruption of the control puts the rule back', async () => {
  const { state, done, result } = interruptedAt(2)
  expect(await result).toMatchObject({ verdict: 'aborted', rollback: { done: true } })
  expect(state).toEqual({ injected: false, ruled: true })
  expect(done).toEqual(['inject', 'undo', 'remove rule', 'inject', 'undo', 'restore rule'])
})

test('traffic is stopped however the run ends', async () => {
  const { experiment } = box()
  let stopped = 0
  const startTraffic: Options['startTraffic'] = async () => ({
    quietly: (work) => work(),
    stop: async () => {
      stopped += 1
      return answered
    },
  })
  await run(experiment, { startTraffic })
  await run({ ...experiment, watch: () => Promise.reject(new Error('gone')) }, { startTraffic })
  expect(stopped).toBe(2)
})

test('what is lifted during the observation is undone once', async () => {
  const { experiment, done } = box()
  const observe = async ({ applyAction, rollbackAction }: Run) => {
    await applyAction()
    await rollbackAction()
    await rollbackAction()
    return { refused: true, alive: true }
  }
  await run({ ...experiment, observe })
  expect(done.slice(0, 3)).toEqual(['inject', 'undo', 'remove rule'])
})

test('a doubtful check that does not hold makes the run inconclusive, with its reason', async () => {
  const { experiment } = box()
  const doubtful: Check = unproven('looked often enough', 'too slow')
  const result = await run({ ...experiment, verdict: (config, seen) => [...experiment.verdict(config, seen), doubtful] })
  expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'looked often enough: too slow' })
})

const instrument = (done: string[], over: Partial<Action> = {}): Action => ({
  description: 'the way in',
  apply: async () => void done.push('add'),
  rollback: async () => void done.push('remove'),
  ...over,
})

test('what an experiment needs is there from before the steady state until after the last one', async () => {
  const { experiment, done } = box()
  const steadyState: BoxExperiment['steadyState'] = async (target, config) => {
    done.push('steady state')
    return experiment.steadyState(target, config)
  }
  await run({ ...experiment, steadyState, instruments: async () => [instrument(done)] })
  expect([done[0], done[1], done.at(-2), done.at(-1)]).toEqual(['add', 'steady state', 'steady state', 'remove'])
})

test('nothing is broken without it, and what was added half-way is taken away', async () => {
  const { experiment, done } = box()
  const apply = () => Promise.reject(new Error('the proxies have not taken it'))
  const result = await run({ ...experiment, instruments: async () => [instrument(done), instrument(done, { apply })] })
  expect(done).toEqual(['add', 'remove', 'remove'])
  expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'nothing was broken, because the proxies have not taken it' })
})

test('what cannot be taken away fails the run, and is named', async () => {
  const { experiment, done } = box()
  const rollback = () => Promise.reject(new Error('no route to host'))
  const result = await run({ ...experiment, instruments: async () => [instrument(done, { rollback })] })
  expect(result).toMatchObject({ verdict: 'fail', rollback: { done: false, remains: ['the way in: no route to host'] } })
})

test('an interruption while it is added takes it away again', async () => {
  const { experiment, done } = box()
  const interruption = new AbortController()
  const apply = async () => interruption.abort(new Error('Ctrl-C'))
  const instruments = async () => [instrument(done, { apply }), instrument(done)]
  expect(await run({ ...experiment, instruments }, { signal: interruption.signal })).toMatchObject({
    verdict: 'aborted',
    reason: 'Ctrl-C',
    rollback: { done: true },
  })
  expect(done).toEqual(['remove'])
})

test('an API server that goes away after the fault: the rollback was tried, and what remains is named', async () => {
  const { experiment, state } = box()
  const gone = () => Promise.reject(new Error('connect ECONNREFUSED'))
  const action: BoxExperiment['action'] = async (target, config) => ({ ...(await experiment.action(target, config)), rollback: gone })
  const result = await run({ ...experiment, action }, { target: fakeTarget({ orphans: gone }) })
  expect(state.injected).toBe(true)
  expect(result.rollback.done).toBe(false)
  expect(result.rollback.remains).toEqual([
    'the injected fault: connect ECONNREFUSED',
    'whether anything is left behind could not be told: connect ECONNREFUSED',
  ])
  expect(exitCodeOf([result])).toBe(exitCodes.stillBroken)
})

test('the result tells what was done when, of the run and of its control, and what the experiment tells beside it', async () => {
  const { experiment, state } = box()
  const observe = async ({ applyAction, rollbackAction, event, elapsedMs }: Run) => {
    await applyAction()
    event('half-way')
    await rollbackAction()
    expect(elapsedMs()).toBeGreaterThanOrEqual(0)
    return { refused: state.ruled, alive: true }
  }
  const story = () => ({ summary: 'It refused.' })
  const policyNumbers = async () => [{ number: 'failures', value: '3', object: 'DestinationRule box', field: 'consecutive5xxErrors' }]
  const result = await run({ ...experiment, observe, story, policyNumbers })
  const told = ['fault injected', 'half-way', 'fault removed']
  expect(result.events?.map(({ what }) => what)).toEqual(told)
  expect(result.negativeControl?.events?.map(({ what }) => what)).toEqual(told)
  expect(result.negativeControl?.timeline).toEqual([])
  expect([result.summary, result.negativeControl?.summary]).toEqual(['It refused.', 'It refused.'])
  expect(result.policy).toHaveLength(1)
})

test('what a control takes away may be what the observation does: it gets another config, and is judged by that of the run', async () => {
  const { experiment, done } = box()
  const { action: _, ...decisive } = experiment.negativeControl
  const result = await run({
    ...experiment,
    observe: async ({ applyAction }, { guarded }) => {
      await applyAction()
      return { refused: guarded, alive: true }
    },
    negativeControl: { ...decisive, change: 'nobody guards', without: () => ({ guarded: false }) },
  })
  expect(result.verdict).toBe('pass')
  expect(result.negativeControl).toMatchObject({ change: 'nobody guards', failedAsItMust: true })
  expect(result.negativeControl?.checks).toMatchObject([{ name: 'refuses', expected: true, actual: false }, { name: 'alive' }])
  expect(done).toEqual(['inject', 'undo', 'inject', 'undo'])
})

test('what is known is told at once: phases, checks as they turn, what was done, and whether the control failed', async () => {
  const told: RunNews[] = []
  await runExperiment(box().experiment, options({ news: (news) => told.push(news) }))
  const short = told.map((news) => {
    if (news.kind === 'phase') return news.phase
    if (news.kind === 'checks') return `${news.of}: ${news.checks.map(({ name, passed }) => `${name} ${passed}`).join(', ')}`
    if (news.kind === 'event') return `${news.of}: ${news.event.what}`
    return news.kind
  })
  expect(short).toEqual([
    'begun',
    'steady state',
    'steady state: whole true',
    'observation',
    'observation: fault injected',
    'observation: fault removed',
    'observation: refuses true, alive true',
    'steady state again',
    'steady state again: whole true',
    'negative control',
    'negative control: fault injected',
    'negative control: fault removed',
    'negative control: refuses false, alive true',
    'control',
    'steady state again',
    'steady state again: whole true',
    'invariants',
    expect.stringMatching(/^invariants: /),
  ])
})
