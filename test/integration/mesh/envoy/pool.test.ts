import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { call } from './call.ts'
import { localManifests, without } from './local-manifests.ts'
import { startSidecar, until } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

const cluster = 'cluster.outbound|80||httpbin.breakwater.svc.cluster.local;'
const burst = 9

/** One request holds the only connection; then `burst` more come at once. */
async function holdOneAndSend(manifests: readonly unknown[]) {
  const held: ServerResponse[] = []
  await using upstream = await startUpstream((_, response) => void held.push(response))
  const instances = [{ workload: 'httpbin', replica: 0, host: '127.0.0.1', inboundPort: upstream.port }]
  await using sidecar = await startSidecar({ workload: 'probe', manifests, instances })

  const first = call(sidecar.outboundPort, 'httpbin')
  await until(async () => held.length === 1, 'the first request is held')
  const others = Array.from({ length: burst }, () => call(sidecar.outboundPort, 'httpbin'))
  await until(async () => (await sidecar.stat('http.outbound.downstream_rq_total')) === burst + 1, 'all requests have reached the proxy')
  const pendingOpen = await sidecar.stat(`${cluster}.circuit_breakers.default.rq_pending_open`)

  const releasing = setInterval(() => void held.shift()?.end('released'), 5)
  const answers = await Promise.all([first, ...others])
  clearInterval(releasing)
  return {
    pendingOpen,
    pendingOpenAfter: await sidecar.stat(`${cluster}.circuit_breakers.default.rq_pending_open`),
    overflow: await sidecar.stat(`${cluster}.upstream_rq_pending_overflow`),
    served: answers.filter(({ status }) => status === 200).length,
    refused: answers.filter(({ status, overloaded }) => status === 503 && overloaded === 'true').length,
    seen: upstream.seen.length,
  }
}

test('one request active, one pending, the rest refused at once', async () => {
  expect(await holdOneAndSend(localManifests())).toEqual({
    pendingOpen: 1,
    pendingOpenAfter: 0,
    overflow: burst - 1,
    served: 2,
    refused: burst - 1,
    seen: 2,
  })
})

test('without the rule nobody is refused', async () => {
  expect(await holdOneAndSend(without(localManifests(), 'DestinationRule', 'httpbin'))).toEqual({
    pendingOpen: 0,
    pendingOpenAfter: 0,
    overflow: 0,
    served: burst + 1,
    refused: 0,
    seen: burst + 1,
  })
})
