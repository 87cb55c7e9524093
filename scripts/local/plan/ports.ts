import type { PlannedReplica } from './replicas.ts'

/** The workload that customers reach: its sidecar's inbound listener has the well-known port, as an ingress would. */
export const gatewayWorkload = 'gateway'

/** Ports of 127.0.0.1 for one replica. */
export interface ReplicaPorts {
  readonly app: number
  /** A second listener that no Service leads to; for containers with CONTROL_PORT. */
  readonly control?: number
  readonly admin: number
  readonly inbound: number
  readonly outbound: number
}

/** A replica and the ports it got. */
export interface PlacedReplica {
  readonly replica: PlannedReplica
  readonly ports: ReplicaPorts
}

/** Whether customers reach this replica. */
export const isGateway = ({ workload, replica }: PlannedReplica): boolean => workload === gatewayWorkload && replica === 0
const hasControl = ({ env }: PlannedReplica): boolean => 'CONTROL_PORT' in env

/** How many free ports `assignPorts` takes. */
export const portsNeeded = (replicas: readonly PlannedReplica[]): number =>
  replicas.reduce((sum, replica) => sum + 4 + (hasControl(replica) ? 1 : 0) - (isGateway(replica) ? 1 : 0), 0)

/** Deals free ports out to replicas; the first gateway is reached at `gatewayPort`. */
export function assignPorts(replicas: readonly PlannedReplica[], gatewayPort: number, free: readonly number[]): PlacedReplica[] {
  const rest = free.values()
  const next = (): number => {
    const { value } = rest.next()
    if (value === undefined) throw new Error(`${replicas.length} replicas need ${portsNeeded(replicas)} ports, got ${free.length}.`)
    return value
  }
  return replicas.map((replica) => ({
    replica,
    ports: {
      app: next(),
      ...(hasControl(replica) && { control: next() }),
      admin: next(),
      inbound: isGateway(replica) ? gatewayPort : next(),
      outbound: next(),
    },
  }))
}
