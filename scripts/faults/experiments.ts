import { catalogEjection } from './catalog-ejection.ts'
import type { AnyExperiment } from './experiment.ts'
import { httpbinPool } from './httpbin-pool.ts'

/** All there are, in the order in which `all` runs them. */
export const experiments: readonly AnyExperiment[] = [httpbinPool, catalogEjection]
