import { expect, test } from 'vitest'
import { abortRequests, delayRequests, faultsInProxies } from '../../../../../scripts/experiments/core/http-fault.ts'
import { fakeTarget } from './fake-target.ts'

const catalog = { namespace: 'shop', workload: 'catalog', name: 'catalog-0' }
const probe = { namespace: 'shop', workload: 'probe', name: 'probe-0' }

/** Two proxies; the one of catalog has its runtime overridden. */
function mesh(overrides: Readonly<Record<string, string>>) {
  const asked: string[] = []
  const entries = Object.fromEntries(Object.entries(overrides).map(([key, value]) => [key, { layer_values: ['', value] }]))
  const target = fakeTarget({
    proxies: async () => [catalog, probe],
    admin: (replica) => async (method, path) => {
      asked.push(`${replica.name} ${method} ${path}`)
      return JSON.stringify({ layers: ['static', 'admin'], entries: replica === catalog ? entries : {} })
    },
  })
  return { target, asked }
}

test('faults that a killed run has left in a proxy are found in every proxy, named and removed; other values are not ours', async () => {
  const { target, asked } = mesh({ 'upstream.healthy_panic_threshold': '0', 'fault.http.abort.abort_percent': '100' })
  const [fault, ...others] = await faultsInProxies(target)
  expect(others).toEqual([])
  expect(asked).toEqual(['catalog-0 GET /runtime', 'probe-0 GET /runtime'])
  expect(fault?.description).toBe('fault.http.abort.abort_percent in the proxy of catalog-0')
  await fault?.remove()
  expect(asked.at(-1)).toBe('catalog-0 POST /runtime_modify?fault.http.abort.abort_percent=')
})

test('without overrides nothing is left', async () => {
  expect(await faultsInProxies(mesh({ 'fault.http.abort.abort_percent': '' }).target)).toEqual([])
})

test('a replica answers a status to everybody until that is rolled back', async () => {
  const { target, asked } = mesh({})
  const { apply, rollback } = abortRequests(target, catalog, { status: 503 })
  expect(asked).toEqual([])
  await apply()
  await rollback()
  expect(asked).toEqual([
    'catalog-0 POST /runtime_modify?fault.http.abort.abort_percent=100&fault.http.abort.http_status=503',
    'catalog-0 POST /runtime_modify?fault.http.abort.abort_percent=&fault.http.abort.http_status=',
  ])
})

test('a replica keeps a share of its requests waiting until that is rolled back', async () => {
  const { target, asked } = mesh({})
  const { apply, rollback, description } = delayRequests(target, probe, { ms: 300, percent: 50 })
  await apply()
  await rollback()
  expect(asked).toEqual([
    'probe-0 POST /runtime_modify?fault.http.delay.fixed_delay_percent=50&fault.http.delay.fixed_duration_ms=300',
    'probe-0 POST /runtime_modify?fault.http.delay.fixed_delay_percent=&fault.http.delay.fixed_duration_ms=',
  ])
  expect(description).toBe('fault.http.delay.fixed_delay_percent, fault.http.delay.fixed_duration_ms in the proxy of probe-0')
})
