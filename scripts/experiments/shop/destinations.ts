import { namespace, ports, type WorkloadName } from '../../../services/shared/contracts/topology.ts'
import type { Destination, Workload } from '../core/destination.ts'

/** A workload of the shop as others call it; its Service has the same name. */
export const shopDestination = (service: WorkloadName): Destination => ({ namespace, service, port: ports.service })

/** A workload of the shop as it runs. */
export const shopWorkload = (name: WorkloadName): Workload => ({ namespace, name })

/** Where the shop is deployed. */
export const shopNamespaces: readonly [string] = [namespace]
