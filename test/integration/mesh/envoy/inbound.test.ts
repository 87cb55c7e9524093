import { expect, test } from 'vitest'
import { call } from './call.ts'
import { localManifests } from './local-manifests.ts'
import { startSidecar } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

test('the inbound fault filter does nothing until runtime_modify switches it on, and again after it is switched off', async () => {
  await using app = await startUpstream((_, response) => void response.end('from the app'))
  await using sidecar = await startSidecar({ workload: 'catalog', manifests: localManifests(), instances: [], appPort: app.port })
  const status = async () => (await call(sidecar.inboundPort, 'catalog')).status
  expect(await status()).toBe(200)

  await sidecar.admin('/runtime_modify?fault.http.abort.abort_percent=100&fault.http.abort.http_status=500', 'POST')
  expect(await status()).toBe(500)
  expect(app.seen.length).toBe(1)

  await sidecar.admin('/runtime_modify?fault.http.abort.abort_percent=0', 'POST')
  expect(await status()).toBe(200)

  await sidecar.admin('/runtime_modify?fault.http.delay.fixed_delay_percent=100&fault.http.delay.fixed_duration_ms=300', 'POST')
  const start = performance.now()
  expect(await status()).toBe(200)
  expect(performance.now() - start).toBeGreaterThan(290)
})

test('an unknown host is answered 502, the four names of a known one lead to the same place', async () => {
  await using app = await startUpstream((_, response) => void response.end())
  const instances = [{ workload: 'catalog', replica: 0, host: '127.0.0.1', inboundPort: app.port }]
  await using sidecar = await startSidecar({ workload: 'gateway', manifests: localManifests(), instances })
  const full = 'catalog.breakwater.svc.cluster.local'
  for (const host of ['catalog', 'catalog:80', 'catalog.breakwater', 'catalog.breakwater.svc', full, `${full}:80`]) {
    expect(await call(sidecar.outboundPort, host)).toMatchObject({ status: 200 })
  }
  expect(await call(sidecar.outboundPort, 'example.com')).toMatchObject({ status: 502 })
  expect(app.seen.length).toBe(6)
})
