import { expect, test } from 'vitest'
import { keepAsking, NoAnswer } from '../../../../../scripts/events/projections/keep-asking.ts'

/** Answers are given one after the other; the last one for ever. */
const asking = (...answers: readonly (string | Error)[]) => {
  let asked = 0
  return async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    if (answer instanceof Error) throw answer
    return `${answer} after ${asked}`
  }
}
const patience = { forMs: 10_000, everyMs: 10, onSilence: () => undefined }

test('who does not answer is asked again, until they do', async () => {
  expect(await keepAsking(asking(new NoAnswer(), new NoAnswer(), 'built'), patience)).toBe('built after 3')
})

test('patience ends, and is not for those who answer that it is wrong', async () => {
  await expect(keepAsking(asking(new NoAnswer('gone')), { ...patience, forMs: 60 })).rejects.toThrow('gone')
  await expect(keepAsking(asking(new Error('answered 404'), 'built'), patience)).rejects.toThrow('answered 404')
})
