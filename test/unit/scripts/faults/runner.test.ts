import { expect, test } from 'vitest'
import { equals } from '../../../../scripts/faults/check.ts'
import type { Experiment } from '../../../../scripts/faults/experiment.ts'
import { passed } from '../../../../scripts/faults/result.ts'
import { runExperiment } from '../../../../scripts/faults/runner.ts'
import { fakeTarget } from './fake-target.ts'

/** A breaker in a box: broken while injected, unguarded while the rule is away. */
function box() {
  const done: string[] = []
  const state = { injected: false, ruled: true }
  const experiment: Experiment<{ guarded: boolean }, { refused: boolean; alive: boolean }> = {
    name: 'box',
    claim: 'The box refuses.',
    config: async () => ({ guarded: true }),
    steady: async () => [equals('whole', false, state.injected)],
    watch: async () => [],
    inject: async () => {
      state.injected = true
      done.push('inject')
      return async () => {
        state.injected = false
        done.push('undo')
      }
    },
    observe: async () => ({ refused: state.ruled, alive: true }),
    verdict: ({ guarded }, { refused, alive }) => [equals('refuses', guarded, refused), equals('alive', true, alive)],
    negativeControl: {
      change: 'rule removed',
      mustFail: 'refuses',
      mustHold: 'alive',
      apply: async () => {
        state.ruled = false
        done.push('remove rule')
        return async () => {
          state.ruled = true
          done.push('restore rule')
        }
      },
    },
  }
  return { experiment, state, done }
}

const options = (signal = new AbortController().signal) => ({
  target: fakeTarget(),
  signal,
  progress: () => {},
  placeOrders: async () => ['ord_1'],
  checkInvariants: async (_: unknown, placed: readonly string[]) => [equals('placed', ['ord_1'], placed)],
})

test('inject, observe, judge, undo; the same without the rule; then the invariants', async () => {
  const { experiment, done } = box()
  const result = await runExperiment(experiment, options())
  expect(done).toEqual(['inject', 'undo', 'remove rule', 'inject', 'undo', 'restore rule'])
  expect(result).toMatchObject({
    name: 'box',
    verdict: 'pass',
    negativeControl: { change: 'rule removed', failedAsItMust: true },
    undo: { done: true, remains: [] },
  })
  expect(result.invariants.map(({ holds }) => holds)).toEqual([true])
  expect(passed(result)).toBe(true)
})

test('a control that passes without the rule spoils the run', async () => {
  const { experiment } = box()
  const blind = { ...experiment, observe: async () => ({ refused: true, alive: true }) }
  const result = await runExperiment(blind, options())
  expect(result.verdict).toBe('pass')
  expect(result.negativeControl.failedAsItMust).toBe(false)
  expect(passed(result)).toBe(false)
})

test('a control in which nothing works has not failed as it must', async () => {
  const { experiment, state } = box()
  const dead = { ...experiment, observe: async () => ({ refused: state.ruled, alive: state.ruled }) }
  expect((await runExperiment(dead, options())).negativeControl.failedAsItMust).toBe(false)
})

test('an observation that throws is a failed check, and everything is undone', async () => {
  const { experiment, state } = box()
  const result = await runExperiment({ ...experiment, observe: () => Promise.reject(new Error('lost sight')) }, options())
  expect(result.verdict).toBe('fail')
  expect(result.checks[0]).toMatchObject({ observed: 'lost sight', holds: false })
  expect(state).toEqual({ injected: false, ruled: true })
})

test('a shop that takes no orders fails the run before anything is broken', async () => {
  const { experiment } = box()
  const result = await runExperiment(experiment, { ...options(), placeOrders: () => Promise.reject(new Error('took 0 of 6')) })
  expect(result.checks).toMatchObject([{ observed: 'took 0 of 6', holds: false }])
  expect(result.timeline).toEqual([])
})

test('nothing is broken that was not whole before', async () => {
  const { experiment, done } = box()
  const steady = async () => [equals('whole', true, false)]
  const interruption = new AbortController()
  setTimeout(() => interruption.abort(new Error('enough')), 50)
  await expect(runExperiment({ ...experiment, steady }, options(interruption.signal))).rejects.toThrow()
  expect(done).toEqual([])
})

test('an undo that fails is a failed check', async () => {
  const { experiment } = box()
  const stuck = { ...experiment, inject: async () => () => Promise.reject(new Error('no way back')) }
  const result = await runExperiment(stuck, options())
  expect(result.verdict).toBe('fail')
  expect(result.checks.at(-1)?.observed).toContain('no way back')
})

test('an interruption undoes everything and ends the run', async () => {
  const { experiment, state, done } = box()
  const interruption = new AbortController()
  const interrupted = {
    ...experiment,
    observe: async ({ signal }: { signal: AbortSignal }) => {
      interruption.abort(new Error('Ctrl-C'))
      signal.throwIfAborted()
      return { refused: true, alive: true }
    },
  }
  await expect(runExperiment(interrupted, options(interruption.signal))).rejects.toThrow('Ctrl-C')
  expect(state).toEqual({ injected: false, ruled: true })
  expect(done).toEqual(['inject', 'undo'])
})

test('what is lifted during the observation is undone once', async () => {
  const { experiment, done } = box()
  const lifting = {
    ...experiment,
    observe: async ({ lift }: { lift: () => Promise<void> }) => {
      await lift()
      await lift()
      return { refused: true, alive: true }
    },
  }
  await runExperiment(lifting, options())
  expect(done.slice(0, 3)).toEqual(['inject', 'undo', 'remove rule'])
})
