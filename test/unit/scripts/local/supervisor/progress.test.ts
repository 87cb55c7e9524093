import { expect, test } from 'vitest'
import { createProgress, type ProgressEvent } from '../../../../../scripts/local/supervisor/progress.ts'

test('whoever follows late gets everything from the beginning', () => {
  let now = 0
  const progress = createProgress(() => now)
  progress.step('Kafka answers')
  const seen: ProgressEvent[] = []
  progress.follow((event) => seen.push(event))
  now = 5
  progress.ready()
  expect(seen).toEqual([
    { kind: 'step', text: 'Kafka answers', atMs: 0 },
    { kind: 'ready', atMs: 5 },
  ])
})
