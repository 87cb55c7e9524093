import { expect, test } from 'vitest'
import { manifestsOf } from '../scripts/synth/manifests.ts'

interface EdgeFilter {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: {
    readonly workloadSelector: { readonly labels: object }
    readonly configPatches: readonly { readonly match: { readonly context: string } }[]
  }
}

test.each(['kind', 'eks'] as const)('%s: both proxies on a customer’s way answer with problems, no other proxy does', (target) => {
  const filters = (manifestsOf(target) as unknown as EdgeFilter[]).filter(
    (manifest) => manifest.kind === 'EnvoyFilter' && JSON.stringify(manifest).includes('local_reply_config'),
  )
  expect(
    filters.map(({ metadata, spec }) => [
      metadata.namespace,
      spec.workloadSelector.labels,
      spec.configPatches.map(({ match }) => match.context),
    ]),
  ).toEqual([
    ['istio-system', { istio: 'ingressgateway' }, ['GATEWAY']],
    ['breakwater', { app: 'gateway' }, ['SIDECAR_INBOUND', 'SIDECAR_INBOUND']],
  ])
})

test('the laptop needs none: its entry is configured itself', () => {
  expect(manifestsOf('local').filter(({ kind }) => kind === 'EnvoyFilter')).toEqual([])
})
