import { expect, test } from 'vitest'
import { hostState } from '../../../../scripts/breaker-watch/host-state.ts'
import type { HostStatus } from '../../../../scripts/envoy-admin/clusters.ts'

const host = (part: Partial<HostStatus> = {}): HostStatus => ({
  address: 'a:1',
  ejected: false,
  requests: 0,
  active: 0,
  succeeded: 0,
  failed: 0,
  ...part,
})

test('probation lasts from the return to the first success', () => {
  const before = (state: 'closed' | 'ejected' | 'probation') => ({ state, succeeded: 4 })
  expect(hostState(undefined, host())).toBe('closed')
  expect(hostState(before('closed'), host({ ejected: true }))).toBe('ejected')
  expect(hostState(before('ejected'), host({ succeeded: 4 }))).toBe('probation')
  expect(hostState(before('probation'), host({ succeeded: 4, failed: 1 }))).toBe('probation')
  expect(hostState(before('probation'), host({ ejected: true, succeeded: 4 }))).toBe('ejected')
  expect(hostState(before('probation'), host({ succeeded: 5 }))).toBe('closed')
  expect(hostState(before('closed'), host({ succeeded: 4 }))).toBe('closed')
})
