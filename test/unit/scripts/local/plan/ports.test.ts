import { expect, test } from 'vitest'
import { assignPorts, portsNeeded } from '../../../../../scripts/local/plan/ports.ts'
import { planReplicas } from '../../../../../scripts/local/plan/replicas.ts'
import { deployment } from './deployment.ts'

const planned = planReplicas([
  deployment('gateway', 1),
  deployment('httpbin', 1, { env: [{ name: 'CONTROL_PORT', value: '8081' }] }),
  deployment('orders', 2),
])
const free = Array.from({ length: portsNeeded(planned) }, (_, index) => 20_000 + index)

const portsOf = (name: string) => assignPorts(planned, 8080, free).find(({ replica }) => replica.name === name)?.ports

test('customers reach the sidecar of the first gateway at the well-known port', () => {
  expect(portsOf('gateway-0')).toMatchObject({ inbound: 8080 })
})

test('every port is dealt out once, and no more are asked for than are dealt out', () => {
  const dealt = assignPorts(planned, 8080, free).flatMap(({ ports }) => Object.values(ports))
  expect(dealt.toSorted()).toEqual([...free, 8080].toSorted())
})

test('only a container that names CONTROL_PORT gets a second listener', () => {
  expect(portsOf('httpbin-0')?.control).toBeTypeOf('number')
  expect(portsOf('orders-1')).not.toHaveProperty('control')
})

test('too few free ports are an error', () => {
  expect(() => assignPorts(planned, 8080, free.slice(1))).toThrow(/need 16 ports, got 15/)
})
