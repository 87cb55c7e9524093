import type { HostBreaker, PoolBreaker } from '../../../../../scripts/breaker-watch/breaker.ts'

const of = (service: string, caller: string) => ({
  caller,
  callerNamespace: 'shop',
  hostname: `${service}.shop.svc.cluster.local`,
  port: 80,
  subset: '',
})

export const poolOf = (service: string, caller: string, more: Partial<PoolBreaker> = {}): PoolBreaker => ({
  kind: 'pool',
  ...of(service, caller),
  host: `${service} pool`,
  state: 'closed',
  refused: 0,
  ejections: 0,
  ...more,
})

export const hostOf = (service: string, caller: string, host: string, more: Partial<HostBreaker> = {}): HostBreaker => ({
  kind: 'host',
  ...of(service, caller),
  host,
  state: 'closed',
  requests: 10,
  active: 0,
  succeeded: 10,
  failed: 0,
  failuresInARow: 0,
  ejections: 0,
  backOff: 0,
  ...more,
})
