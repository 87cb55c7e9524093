import { expect, test } from 'vitest'
import { catchUp } from '../../../../../../../services/shared/runtime/projections/rebuild/catch-up.ts'
import { aTurn, leaveHalf, type Pause } from '../../../../../../../services/shared/runtime/projections/rebuild/pace.ts'

/** Builds one event a ms; meanwhile others write on. Gives up after so many rounds that a rebuild which ends has ended long ago. */
function beside(writtenPerMs: number, atFirst: number) {
  let behind = atFirst
  const pauses: Pause[] = []
  const round = async (pause: Pause) => {
    pauses.push(pause)
    if (pauses.length > 100) throw new Error('it never catches up')
    const built = behind
    behind = Math.round(built * (pause === leaveHalf ? 2 : 1) * writtenPerMs)
    return built
  }
  return { pauses, round }
}

test('who writes all the time, at most of the speed of a rebuild, is caught up with: only the first round is built at leisure', async () => {
  const { pauses, round } = beside(0.9, 100_000)
  expect(await catchUp(round)).toBeGreaterThan(100_000)
  expect(pauses.length).toBeGreaterThan(10)
  expect(pauses.map((pause) => (pause === leaveHalf ? 'leisure' : pause === aTurn ? 'speed' : ''))).toEqual([
    'leisure',
    ...pauses.slice(1).map(() => 'speed'),
  ])
})

test('a round of few events is the last, also when it is the first, and all events are counted', async () => {
  const rounds = [9_000, 2_001, 2_000, 7]
  expect(await catchUp(async () => rounds.shift() ?? 0)).toBe(13_001)
  expect(rounds).toEqual([7])
  const short = beside(0, 2_000)
  expect(await catchUp(short.round)).toBe(2_000)
  expect(short.pauses).toEqual([leaveHalf])
})
