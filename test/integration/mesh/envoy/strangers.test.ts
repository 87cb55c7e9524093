import { expect, test } from 'vitest'
import { awaitVerdict, xdsStatus } from '../../../../scripts/local/supervisor/xds-status.ts'
import { input } from '../../../unit/mesh/envoy/destination.ts'
import { accepted } from '../../../unit/mesh/envoy/strangers.ts'
import { startSidecar } from './sidecar.ts'

test("Envoy takes over every stranger's document that is accepted", async () => {
  const { instances } = input([])
  await using sidecar = await startSidecar({ workload: 'callee', manifests: input([]).manifests, instances })
  const verdicts: Record<string, string> = {}
  for (const [name, policy] of accepted) {
    const before = await xdsStatus(sidecar.adminPort)
    if (!before) throw new Error('Envoy does not answer.')
    const rendered = sidecar.update({ manifests: input(policy).manifests })
    const verdict = await awaitVerdict(sidecar.adminPort, rendered, before, 5_000)
    verdicts[name] = verdict.kind
  }
  expect(verdicts).toEqual(Object.fromEntries(accepted.map(([name]) => [name, 'taken'])))
  const rejected = Object.values((await xdsStatus(sidecar.adminPort)) ?? {}).map((stream) => stream.rejected)
  expect(rejected).toEqual([0, 0, 0])
})
