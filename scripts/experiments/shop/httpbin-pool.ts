import { equals } from '../../checks/check.ts'
import { poolExperiment } from '../core/pool/pool-experiment.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { holdByLatch } from './hold-by-latch.ts'
import { readLatches } from './latches.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('httpbin')

/** The seed's own rule: one request active, one pending, the rest refused at once. */
export const httpbinPool = poolExperiment<ShopTarget>({
  name: 'httpbin-pool',
  hypothesis:
    "Of N simultaneous requests to httpbin, its caller's proxy lets the pool's connections and pending places through and refuses all others at once.",
  destination,
  caller: shopWorkload('probe'),
  rule: { kind: 'DestinationRule', namespace: destination.namespace, name: 'httpbin' },
  holder: holdByLatch,
  alsoSteady: async (target, hosts) => [
    equals(
      'requests held at httpbin',
      hosts.map(() => ({})),
      await Promise.all(hosts.map(async (host) => (await readLatches(target, host)).held)),
    ),
  ],
})
