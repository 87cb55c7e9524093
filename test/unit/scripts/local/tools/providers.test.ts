import { expect, test } from 'vitest'
import { firstOf, type Provider } from '../../../../../scripts/local/tools/providers.ts'

const open: Provider<string> = async () => ({ found: 'here' })
const closed: Provider<string> = async () => ({ closed: 'no such program' })
const find = (providers: Record<string, Provider<string>>, env: NodeJS.ProcessEnv = {}): Promise<string> =>
  firstOf({ tool: 'Envoy', variable: 'WAY', install: 'install envoy', providers })({ env, log: () => {} })

test('the first open way wins', async () => {
  await expect(find({ a: closed, b: open, c: () => Promise.reject(new Error('not asked')) })).resolves.toBe('here')
})

test('without an open way one line says what to install, and why each is closed', async () => {
  const error = await find({ a: closed, b: closed }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'MissingTool', message: 'Envoy is missing: install envoy (no such program; no such program).' })
})

test('the variable forces a way; empty is as good as unset', async () => {
  await expect(find({ a: open, b: closed }, { WAY: 'b' })).rejects.toThrow('Envoy by WAY=b: no such program.')
  await expect(find({ a: open }, { WAY: 'c' })).rejects.toThrow('WAY=c is not one of a.')
  await expect(find({ a: open }, { WAY: '' })).resolves.toBe('here')
})
