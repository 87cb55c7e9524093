import { afterEach, expect, test, vi } from 'vitest'
import { freePorts } from '../../../../../scripts/local/processes/free-ports.ts'

afterEach(() => void vi.restoreAllMocks())

test('a port that somebody else will listen on is not given away, however free it is', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const [first = 0, second = 0] = await freePorts(2)
  expect(second).toBeGreaterThan(first)
  expect(await freePorts(2, first)).not.toContain(first)
  expect(await freePorts(2, second)).not.toContain(second)
})
