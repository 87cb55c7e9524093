import { readdirSync, readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { runTool } from '../../scripts/cli/run-tool.ts'
import { clusterStatus } from '../../scripts/cluster/status.ts'
import { namespace, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import { kubectl, kubectlAnywhere, kubectlWith } from './kubectl.ts'

test('istioctl analyze has nothing to say', async () => {
  const context = ['--context', inject('context')]
  expect(JSON.parse(await runTool('istioctl', ['analyze', ...context, '-n', namespace, '-o', 'json'])) ?? []).toEqual([])
})

test('every pod of the shop has a proxy, and every proxy has what istiod sent last', async () => {
  const { pods } = await clusterStatus(process.env)
  const expected = workloadNames.reduce((sum, name) => sum + workload(name).replicas, 0)
  const withProxy = pods.filter(({ inSync }) => inSync !== undefined)
  expect(withProxy).toHaveLength(expected)
  expect(withProxy.filter(({ inSync, ready }) => !inSync || !ready)).toEqual([])
})

test('network policies are in force as they are declared', async () => {
  interface NetworkPolicy {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly namespace: string }
    readonly spec: object
  }
  const specs = (policies: readonly NetworkPolicy[]) =>
    new Map(policies.map(({ metadata: { name, namespace }, spec }) => [`${namespace}/${name}`, spec]))
  const declared = readdirSync('dist/kind').flatMap((file) =>
    parseAllDocuments(readFileSync(`dist/kind/${file}`, 'utf8')).map((document): NetworkPolicy => document.toJS()),
  )
  const found: { items: NetworkPolicy[] } = JSON.parse(await kubectl('get', 'networkpolicies', '--all-namespaces', '-o', 'json'))
  expect(specs(found.items)).toEqual(specs(declared.filter(({ kind }) => kind === 'NetworkPolicy')))
})

test('the namespace refuses a pod that is not restricted', async () => {
  const pod = (privileged: boolean) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'too-free' },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'too-free',
          image: 'none',
          securityContext: { privileged, allowPrivilegeEscalation: privileged, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  })
  await expect(kubectlWith(pod(true), 'apply', '--dry-run=server')).rejects.toThrow(/violates PodSecurity "restricted/)
  expect(await kubectlWith(pod(false), 'apply', '--dry-run=server')).toContain('pod/too-free created')
})

test('the API server takes all of dist/eks', async () => {
  const lines = (await kubectlAnywhere('apply', '--dry-run=server', '-f', 'dist/eks')).trim().split('\n')
  expect(lines.length).toBeGreaterThan(readdirSync('dist/eks').length)
  for (const line of lines) expect(line).toMatch(/\(server dry run\)$/)
})
