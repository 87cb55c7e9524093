import { expect, test } from 'vitest'
import { planReplicas } from '../../../../../scripts/local/plan/replicas.ts'
import { deployment } from './deployment.ts'

test('each replica of each Deployment is a process; other kinds are none', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'catalog' } }
  const planned = planReplicas([deployment('catalog', 2), service, deployment('orders', 1), deployment('off', 0)])
  expect(planned.map(({ name, workload, replica }) => [name, workload, replica])).toEqual([
    ['catalog-0', 'catalog', 0],
    ['catalog-1', 'catalog', 1],
    ['orders-0', 'orders', 0],
  ])
})

test('command, args, environment and readiness path are the container’s; its name is the pod’s', () => {
  const env = [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'EMPTY' },
  ]
  const [replica] = planReplicas([
    deployment('orders', 1, { args: ['--fast'], env, readinessProbe: { httpGet: { path: '/ok', port: 'http' } } }),
  ])
  expect(replica).toMatchObject({
    command: ['node', 'services/orders/main.ts', '--fast'],
    env: { LOG_LEVEL: 'info', POD_NAME: 'orders-0', EMPTY: '' },
    readinessPath: '/ok',
  })
})

test('what cannot run on a laptop is an error that names the Deployment and the field', () => {
  expect(() => planReplicas([deployment('orders', 1, { command: undefined })])).toThrow(/Deployment orders .*command/)
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }]
  expect(() => planReplicas([deployment('orders', 1, { env })])).toThrow(/Deployment orders .*\/env\/0\/valueFrom/)
})
