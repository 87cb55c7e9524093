import { spawn } from 'node:child_process'
import { KubernetesObjectApi } from '@kubernetes/client-node'
import { afterAll, expect, inject, test } from 'vitest'
import { applyObjects } from '../../scripts/cluster/apply/apply.ts'
import { connect } from '../../scripts/cluster/kubeconfig.ts'
import { applySetLabel, namespace } from '../../services/shared/contracts/topology.ts'
import { command } from '../command.ts'
import { kubectl, kubectlWith } from './kubectl.ts'

const deploy = async (): Promise<string> => {
  const deployment = command(spawn(process.execPath, ['scripts/breakwater.ts', 'deploy']))
  expect(await deployment.end(), deployment.said()).toBe(0)
  return deployment.said()
}
const ofSet = (set: string, name: string, kind = 'AuthorizationPolicy') => ({
  apiVersion: kind === 'AuthorizationPolicy' ? 'security.istio.io/v1' : 'v1',
  kind,
  metadata: { name, namespace, labels: { [applySetLabel]: set } },
  ...(kind === 'AuthorizationPolicy' && { spec: { action: 'ALLOW', selector: { matchLabels: { app: 'nobody' } }, rules: [{}] } }),
  ...(kind === 'PersistentVolumeClaim' && { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } }),
})
const exists = async (kind: string, name: string) => (await kubectl('get', kind, name, '--ignore-not-found', '-o', 'name')) !== ''

afterAll(async () => {
  for (const kind of ['authorizationpolicy', 'secret', 'persistentvolumeclaim'])
    await kubectl('delete', kind, '-l', applySetLabel, '--field-selector=metadata.name=pruned', '--ignore-not-found')
  await kubectl('delete', 'authorizationpolicy', 'pruned', 'of-another-stage', 'copied', '--ignore-not-found')
})

test('a rule that was taken out goes with the next deployment, which says so; nothing else goes', async () => {
  const api = KubernetesObjectApi.makeApiClient(connect({ context: inject('context') }))
  await applyObjects(api, [
    ofSet('shop', 'pruned'),
    ofSet('shop', 'pruned', 'Secret'),
    ofSet('shop', 'pruned', 'PersistentVolumeClaim'),
    ofSet('observability', 'of-another-stage'),
  ])
  // Somebody's copy of a rule of ours, with its labels.
  await kubectlWith(ofSet('shop', 'copied'), 'apply')

  expect(await deploy()).toContain('removed what is no longer declared: AuthorizationPolicy/pruned\n')
  expect(await exists('authorizationpolicy', 'pruned')).toBe(false)
  for (const [kind, name] of [
    ['authorizationpolicy', 'of-another-stage'],
    ['authorizationpolicy', 'copied'],
    ['secret', 'pruned'],
    ['persistentvolumeclaim', 'pruned'],
    ['secret', 'order-history-database'],
  ] as const)
    expect(await exists(kind, name), `${kind}/${name}`).toBe(true)
})

test('an Istio that was not installed from here is left alone', async () => {
  const mark = 'breakwater.dev/istio-profile'
  const profile = await kubectl('get', 'namespace', 'istio-system', '-o', 'jsonpath={.metadata.annotations.breakwater\\.dev/istio-profile}')
  expect(profile).toMatch(/^[0-9a-f]{12}$/)
  await kubectl('annotate', 'namespace', 'istio-system', `${mark}-`)
  try {
    const refused = command(spawn(process.execPath, ['scripts/breakwater.ts', 'deploy']))
    expect(await refused.end()).toBe(1)
    expect(refused.said()).toContain('has an Istio that was not installed from here (istio-system/istiod')
    expect(await kubectl('get', 'namespace', 'istio-system', '-o', 'jsonpath={.metadata.annotations}')).not.toContain(mark)
  } finally {
    await kubectl('annotate', 'namespace', 'istio-system', `${mark}=${profile}`)
  }
})
