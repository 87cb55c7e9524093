import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { input } from '../../../unit/mesh/envoy/destination.ts'
import { call } from './call.ts'
import { startSidecar } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

const canary = new URL('../../../unit/mesh/envoy/golden/canary.yaml', import.meta.url)

test('a header chooses a subset, weights split the rest, header operations apply', async () => {
  await using v1 = await startUpstream((_, response) => void response.end('v1'))
  await using v2 = await startUpstream((_, response) => void response.end('v2'))
  const policy = parseAllDocuments(readFileSync(canary, 'utf8')).map((document) => document.toJS() as unknown)
  await using sidecar = await startSidecar({
    workload: 'callee',
    manifests: input(policy).manifests,
    instances: [
      { workload: 'callee', replica: 0, host: '127.0.0.1', inboundPort: v1.port },
      { workload: 'callee-v2', replica: 0, host: '127.0.0.1', inboundPort: v2.port },
    ],
  })
  for (let count = 0; count < 20; count++)
    expect((await call(sidecar.outboundPort, 'callee', '/', { 'x-stage': 'canary' })).body).toBe('v2')
  expect(v1.seen).toEqual([])

  for (let count = 0; count < 200; count++) await call(sidecar.outboundPort, 'callee', '/', { 'x-debug': 'yes' })
  // 10 % of 200 are 20 on top of the 20 above; 1 to 45 leaves out one run in ten million.
  const split = v2.seen.length - 20
  expect(split).toBeGreaterThan(0)
  expect(split).toBeLessThan(46)
  expect(v1.seen.at(-1)?.headers).toMatchObject({ 'x-mesh': 'breakwater' })
  expect(v1.seen.at(-1)?.headers).not.toHaveProperty('x-debug')
})
