import type { Target } from '../../../../../scripts/experiments/core/target.ts'

const refuse = (what: string): never => {
  throw new Error(`not expected in this test: ${what}`)
}

const unexpected = (what: string) => async () => refuse(what)

/** A mesh without proxies and policy; a test gives the parts it is about. */
export const fakeTarget = (parts: Partial<Target> = {}): Target => ({
  name: 'local',
  gatewayUrl: 'http://127.0.0.1:1',
  brokers: async () => [],
  workloads: [],
  replicas: async () => [],
  admin: () => refuse('admin'),
  app: unexpected('app'),
  policy: async () => undefined,
  overridePolicy: unexpected('overridePolicy'),
  restorePolicy: unexpected('restorePolicy'),
  orphanedPolicies: async () => [],
  lock: async () => ({ lost: new AbortController().signal, release: async () => {} }),
  close: async () => {},
  ...parts,
})
