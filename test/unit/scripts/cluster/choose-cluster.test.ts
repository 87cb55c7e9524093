import { expect, test } from 'vitest'
import { chooseCluster } from '../../../../scripts/cluster/choose-cluster.ts'
import { ClusterError } from '../../../../scripts/cluster/cluster-error.ts'

test('without KUBE_CONTEXT it is our own kind cluster, whatever context is current', () => {
  expect(chooseCluster({}, ['production'])).toEqual({ context: 'kind-breakwater', kind: 'breakwater' })
  expect(chooseCluster({ KIND_CLUSTER: 'other' }, [])).toEqual({ context: 'kind-other', kind: 'other' })
  expect(chooseCluster({ KIND_CLUSTER: '', KUBE_CONTEXT: '' }, [])).toEqual({ context: 'kind-breakwater', kind: 'breakwater' })
})

test('KUBE_CONTEXT names an existing cluster; a kind cluster is recognised by its context', () => {
  expect(chooseCluster({ KUBE_CONTEXT: 'staging' }, ['staging'])).toEqual({ context: 'staging' })
  expect(chooseCluster({ KUBE_CONTEXT: 'kind-mine', KIND_CLUSTER: 'x' }, ['kind-mine'])).toEqual({ context: 'kind-mine', kind: 'mine' })
})

test('a context that the kubeconfig does not have is refused, with those that it has', () => {
  expect(() => chooseCluster({ KUBE_CONTEXT: 'typo' }, ['a', 'b'])).toThrow(
    new ClusterError('KUBE_CONTEXT=typo is not in the kubeconfig, which has: a, b.'),
  )
  expect(() => chooseCluster({ KUBE_CONTEXT: 'typo' }, [])).toThrow('has: no context')
})
