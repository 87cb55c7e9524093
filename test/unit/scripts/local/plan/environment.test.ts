import { expect, test } from 'vitest'
import { environmentOf } from '../../../../../scripts/local/plan/environment.ts'
import { planReplicas } from '../../../../../scripts/local/plan/replicas.ts'
import { deployment } from './deployment.ts'

const machine = {
  brokers: '127.0.0.1:19092',
  data: '/data',
  identity: '/keys',
  compileCache: '/cache',
  env: { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x', PORT: '8080' },
}
const ports = { app: 1, control: 2, admin: 3, inbound: 4, outbound: 5 }

const environment = (env: { name: string; value: string }[], control = true): Record<string, string> => {
  const [replica] = planReplicas([deployment('orders', 1, { env })])
  if (!replica) throw new Error('no replica')
  const { control: _, ...without } = ports
  return environmentOf(replica, control ? ports : without, machine)
}

test('the machine’s addresses take the place of the cluster’s', () => {
  const env = [
    { name: 'PORT', value: '8080' },
    { name: 'KAFKA_BROKERS', value: 'kafka:9092' },
    { name: 'DATABASE_URL', value: 'postgres://db/orders' },
    { name: 'CONTROL_PORT', value: '8081' },
    { name: 'LOG_LEVEL', value: 'info' },
  ]
  expect(environment(env)).toEqual({
    PATH: '/bin',
    PORT: '1',
    HOST: '127.0.0.1',
    POD_NAME: 'orders-0',
    MESH_OUTBOUND: '127.0.0.1:5',
    KAFKA_BROKERS: '127.0.0.1:19092',
    DATABASE_URL: 'pglite:/data/orders-0',
    CONTROL_PORT: '2',
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: '/cache',
    NODE_OPTIONS: expect.stringMatching(/^--import=file:\/\/\S+$/),
  })
})

test('a container that asks for no broker and no database gets none, and nothing of our own environment leaks in', () => {
  const names = Object.keys(environment([], false))
  expect(names).not.toEqual(expect.arrayContaining(['KAFKA_BROKERS']))
  expect(names.toSorted()).toEqual(['HOST', 'MESH_OUTBOUND', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS', 'PATH', 'POD_NAME', 'PORT'])
})

test('options of Node that somebody has set stay, the container’s behind them', () => {
  const [replica] = planReplicas([deployment('orders', 1, { env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=64' }] })])
  if (!replica) throw new Error('no replica')
  const { NODE_OPTIONS } = environmentOf(replica, ports, { ...machine, env: { NODE_OPTIONS: '--trace-warnings' } })
  expect(NODE_OPTIONS).toMatch(/^--trace-warnings --max-old-space-size=64 --import=file:/)
})

test('where spans are taken, services are told where, and which traces they keep', () => {
  const [orders, gateway] = ['orders', 'gateway'].flatMap((name) => planReplicas([deployment(name, 1, {})]))
  if (!orders || !gateway) throw new Error('no replicas')
  const traced = { ...machine, otlpEndpoint: 'http://127.0.0.1:4318' }
  expect(environmentOf(orders, ports, traced)).toMatchObject({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_TRACES_SAMPLER: 'parentbased_ratelimited',
  })
  expect(environmentOf(gateway, ports, traced)).toMatchObject({ OTEL_TRACES_SAMPLER: 'ratelimited' })
})

test('the gateway alone is told of the files that say who may call it', () => {
  const files = { SIGV4_PARTNERS_FILE: 'partners.json', CUSTOM_AUTHORIZER_FILE: 'authorizer.json', ROLES_FILE: 'roles.json' }
  const told = (name: string) =>
    planReplicas([deployment(name, 1, {})]).map((replica) =>
      environmentOf(replica, ports, { ...machine, env: { ...files, OTHER_FILE: 'x' } }),
    )
  expect(told('gateway')[0]).toMatchObject(files)
  expect(told('gateway')[0]).not.toHaveProperty('OTHER_FILE')
  expect(Object.keys(told('orders')[0] ?? {})).not.toEqual(expect.arrayContaining(['SIGV4_PARTNERS_FILE']))
})
