import { expect, test, vi } from 'vitest'
import { main } from '../../scripts/commands/main.ts'
import { breakwater } from '../in-process.ts'

vi.mock('../../scripts/commands/main.ts')

test('all that a command prints is caught in order, by whichever means', async () => {
  vi.mocked(main).mockImplementation(async ([word]) => {
    console.log('%s', word)
    process.stdout.write('written\n')
    console.error('wrong')
    console.log(process.env.WHERE)
    process.exitCode = 3
  })
  expect(await breakwater(['said'], { WHERE: 'here' })).toEqual({ code: 3, out: 'said\nwritten\nhere\n', err: 'wrong\n' })
})

test('afterwards this process is as it was', async () => {
  const before = { console, env: process.env, exit: process.exit, write: process.stdout.write, exitCode: process.exitCode }
  vi.mocked(main).mockImplementation(async () => {
    process.on('SIGTERM', () => undefined)
    process.exit(4)
  })
  const listeners = process.listeners('SIGTERM')
  expect(await breakwater([], { WHERE: 'here' })).toEqual({ code: 4, out: '', err: '' })
  expect({ console, env: process.env, exit: process.exit, write: process.stdout.write, exitCode: process.exitCode }).toEqual(before)
  expect(process.listeners('SIGTERM')).toEqual(listeners)
})

test('two at once run one after the other; what a program would die of is thrown, and holds up nobody', async () => {
  vi.mocked(main).mockImplementation(async ([word]) => {
    console.log(word)
    await new Promise(setImmediate)
    if (word === 'bad') throw new Error('a bug')
    console.log(word)
  })
  const [bad, good] = await Promise.allSettled([breakwater(['bad']), breakwater(['good'])])
  expect(bad).toMatchObject({ status: 'rejected', reason: new Error('a bug') })
  expect(good).toMatchObject({ value: { code: 0, out: 'good\ngood\n' } })
})
