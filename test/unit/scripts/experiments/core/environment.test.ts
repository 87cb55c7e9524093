import { expect, test } from 'vitest'
import { readEnvironment } from '../../../../../scripts/experiments/core/environment.ts'

const proxy = { namespace: 'shop', workload: 'gateway', name: 'gateway-0' }
const target = (answer: () => Promise<string>) => ({ proxies: async () => [proxy], admin: () => answer })

test('machine and versions are what the result says it was measured on', async () => {
  const found = await readEnvironment(target(async () => '{"version":"c0ffee/1.39.3/Clean/RELEASE/BoringSSL"}'))
  expect(found).toMatchObject({ node: process.versions.node, envoy: '1.39.3', os: expect.stringMatching(/^\w+ \d/) })
  expect(found.cores).toBeGreaterThan(0)
  expect(found.commit ?? 'no git').toMatch(/^[0-9a-f]{10,}(-dirty)?$|^no git$/)
})

test('a proxy that does not say its version, and a mesh without one, are no reason not to run', async () => {
  const silent = await readEnvironment(target(() => Promise.reject(new Error('gone'))))
  expect(silent.envoy).toBeUndefined()
  expect((await readEnvironment({ proxies: async () => [], admin: () => async () => '' })).envoy).toBeUndefined()
})
