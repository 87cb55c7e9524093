import type { Check } from '../../../checks/check.ts'
import type { Destination, Workload } from '../destination.ts'
import type { Reason } from '../result.ts'
import type { Target } from '../target.ts'
import { explain } from './explain.ts'
import type { Situation } from './situation.ts'

/** What a run was about, beside what is written in the mesh. */
export interface Subject extends Pick<Situation, 'judged' | 'fault' | 'broken' | 'request' | 'seen'> {
  readonly destination: Destination
  readonly caller: Workload
}

/** Reads the policy that is in force now, and explains with it why checks failed. */
export async function explainRun(
  target: Target,
  { destination, caller, ...subject }: Subject,
  checks: readonly Check[],
): Promise<readonly Reason[]> {
  const [{ policies, port, callerLabels }, hosts, callers] = await Promise.all([
    target.declared(caller, destination),
    target.hosts(destination),
    target.replicas(caller),
  ])
  return explain({
    ...subject,
    destination,
    port,
    caller: { namespace: caller.namespace, labels: callerLabels, replicas: callers.length },
    policies,
    hosts: hosts.length,
    checks,
  })
}
