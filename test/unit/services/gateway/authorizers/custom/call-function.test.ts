import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type AskAuthorizer, functionInFile } from '../../../../../../services/gateway/authorizers/custom/call-function.ts'

const folder = mkdtempSync(join(tmpdir(), 'breakwater-authorizer-'))
afterAll(() => rmSync(folder, { recursive: true }))
let running: AskAuthorizer
afterEach(() => running.close())

/** A file with this text, as a function to ask. */
function inFile(name: string, text: string, environment = {}): AskAuthorizer {
  const file = join(folder, name)
  writeFileSync(file, text)
  running = functionInFile(file, environment)
  return running
}

test.each([
  ['async.mjs', 'export const handler = async (event, context) => ({ got: event.token, left: context.getRemainingTimeInMillis() > 0 })'],
  [
    'callback.cjs',
    'exports.handler = (event, context, callback) => setTimeout(() => callback(null, { got: event.token, left: context.getRemainingTimeInMillis() > 0 }), 5)',
  ],
  ['succeed.cjs', 'exports.handler = (event, context) => { context.succeed({ got: event.token, left: true }) }'],
  ['default.mjs', 'export default { handler: (event) => ({ got: event.token, left: true }) }'],
  ['typed.ts', 'export const handler = async (event: { token: string }) => ({ got: event.token, left: true })'],
])('a function in %s is asked', async (name, text) => {
  expect(await inFile(name, text).ask({ token: 'x' }, 5000)).toEqual({ got: 'x', left: true })
})

test.each([
  ['throws.mjs', "export const handler = async () => { throw new Error('Unauthorized') }", 'Unauthorized'],
  ['throws-now.cjs', "exports.handler = () => { throw new Error('Unauthorized') }", 'Unauthorized'],
  ['calls-back.cjs', "exports.handler = (event, context, callback) => callback('Unauthorized')", 'Unauthorized'],
  ['fails.cjs', "exports.handler = (event, context) => context.fail('Unauthorized')", 'Unauthorized'],
  ['empty.mjs', 'export const other = 1', 'the file exports no function handler'],
  ['broken.mjs', 'export const handler = (', 'Unexpected'],
  ['exits.mjs', 'export const handler = () => process.exit(3)', 'the function has ended its thread with 3'],
  [
    'later.mjs',
    "export const handler = () => new Promise(() => setTimeout(() => { throw new Error('late') }, 1))",
    'the function has ended: late',
  ],
])('a function in %s gives no answer', async (name, text, reason) => {
  await expect(inFile(name, text).ask({}, 5000)).rejects.toThrow(reason)
})

test('it sees the variables that it was given, and no others', async () => {
  const { ask } = inFile('variables.mjs', 'export const handler = async () => ({ ...process.env })', { TABLE: 'customers' })
  expect(await ask({}, 5000)).toEqual({ TABLE: 'customers' })
})

test('one that computes for ever is ended in time, and the next call gets a new one', async () => {
  const { ask } = inFile('busy.mjs', 'export const handler = async ({ busy }) => { while (busy); return { fine: true } }')
  expect(await ask({}, 5000)).toEqual({ fine: true })
  let turns = 0
  const turning = setInterval(() => turns++, 5)
  await expect(ask({ busy: true }, 200)).rejects.toThrow('no answer in 200 ms')
  clearInterval(turning)
  // Meanwhile this thread went on.
  expect(turns).toBeGreaterThan(5)
  expect(await ask({}, 5000)).toEqual({ fine: true })
})

test('one that waits for too long fails alone', async () => {
  const { ask } = inFile(
    'slow.mjs',
    'let n = 0; export const handler = async ({ ms }) => { n++; await new Promise((done) => setTimeout(done, ms)); return n }',
  )
  expect(await ask({ ms: 0 }, 5000)).toBe(1)
  const slow = ask({ ms: 60_000 }, 300)
  const quick = new Promise((done) => setTimeout(done, 100)).then(() => ask({ ms: 0 }, 5000))
  await expect(slow).rejects.toThrow('no answer in 300 ms')
  expect(await quick).toBe(3)
  // It is the same thread: it has said something meanwhile.
  expect(await ask({ ms: 0 }, 5000)).toBe(4)
})
