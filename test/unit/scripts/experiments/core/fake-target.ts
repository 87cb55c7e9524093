import { nothingToDo } from '../../../../../scripts/experiments/core/action.ts'
import type { Target } from '../../../../../scripts/experiments/core/target.ts'

const refuse = (what: string): never => {
  throw new Error(`not expected in this test: ${what}`)
}

const unexpected = (what: string) => async () => refuse(what)

/** A mesh without proxies and policy; a test gives the parts it is about. */
export const fakeTarget = (parts: Partial<Target> = {}): Target => ({
  name: 'local',
  replicas: async () => [],
  hosts: async () => [],
  proxies: async () => [],
  admin: () => refuse('admin'),
  outbound: unexpected('outbound'),
  openOutbound: async () => nothingToDo,
  openFaults: async () => nothingToDo,
  declared: async () => ({ policies: [], port: {}, callerLabels: {} }),
  policy: async () => undefined,
  overridePolicy: unexpected('overridePolicy'),
  restorePolicy: unexpected('restorePolicy'),
  orphans: async () => [],
  kill: unexpected('kill'),
  resume: async () => {},
  setLocality: unexpected('setLocality'),
  restart: unexpected('restart'),
  lock: async () => ({ lost: new AbortController().signal, release: async () => {} }),
  close: async () => {},
  ...parts,
})
