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

test("Istio's version is what its agent tells the proxy; a proxy that it did not start has none", async () => {
  const info = { version: 'c0ffee/1.37.1-dev/Clean/RELEASE/BoringSSL', node: { metadata: { ISTIO_VERSION: '1.30.1' } } }
  expect(await readEnvironment(target(async () => JSON.stringify(info)))).toMatchObject({ envoy: '1.37.1-dev', istio: '1.30.1' })
  const { istio } = await readEnvironment(target(async () => JSON.stringify({ ...info, node: { metadata: {} } })))
  expect(istio).toBeUndefined()
})
