import { expect, test } from 'vitest'
import { eksContext } from '../../../../../scripts/cluster/eks/eks-context.ts'
import { oneRegistry } from '../../../../../scripts/cluster/eks/registry.ts'

const ecr = '111122223333.dkr.ecr.eu-central-1.amazonaws.com'

test('registry, region, prefix and tag are read off the images', () => {
  expect(oneRegistry([`${ecr}/breakwater/orders:0.1.0`, `${ecr}/breakwater/catalog:0.1.0`])).toEqual({
    host: ecr,
    region: 'eu-central-1',
    prefix: 'breakwater',
    tag: '0.1.0',
    images: ['orders', 'catalog'],
  })
})

test.each([
  [['breakwater/orders:dev'], 'does not pull from one ECR registry, but: breakwater:dev'],
  [[`${ecr}/breakwater/orders:1`, `${ecr}/breakwater/catalog:2`], 'does not pull from one ECR registry'],
  [[], 'does not pull from one ECR registry'],
  [['000000000000.dkr.ecr.eu-central-1.amazonaws.com/breakwater/orders:1'], 'placeholder account'],
])('%o is refused', (images, reason) => {
  expect(() => oneRegistry(images)).toThrow(reason)
})

test('an EKS cluster must be named, and must not be kind', () => {
  expect(eksContext({ KUBE_CONTEXT: 'shop' }, ['shop', 'other'])).toBe('shop')
  expect(() => eksContext({}, ['shop'])).toThrow('Name the EKS cluster: KUBE_CONTEXT=<context>. The kubeconfig has: shop.')
  expect(() => eksContext({ KUBE_CONTEXT: 'shop' }, [])).toThrow('KUBE_CONTEXT=shop is not in the kubeconfig, which has: none.')
  expect(() => eksContext({ KUBE_CONTEXT: 'kind-a' }, ['kind-a'])).toThrow('kind-a is a kind cluster')
})
