import { inject } from 'vitest'
import { runTool } from '../../scripts/cli/run-tool.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'

const timeoutMs = 240_000

/** Runs kubectl in the shop's namespace of the cluster under test. @throws ClusterError with kubectl's last words */
export const kubectl = (...args: string[]): Promise<string> =>
  runTool('kubectl', ['--context', inject('context'), '--namespace', namespace, ...args], { timeoutMs })

/** Runs kubectl on what says its namespace itself. */
export const kubectlAnywhere = (...args: string[]): Promise<string> =>
  runTool('kubectl', ['--context', inject('context'), ...args], { timeoutMs })

/** `kubectl` with a manifest on stdin. */
export const kubectlWith = (object: object, ...args: string[]): Promise<string> =>
  runTool('kubectl', ['--context', inject('context'), '--namespace', namespace, ...args, '-f', '-'], {
    input: JSON.stringify(object),
    timeoutMs,
  })

/** Names of the pods that serve a workload now. */
export async function podsOf(app: string): Promise<string[]> {
  const names = await kubectl(
    'get',
    'pods',
    '-l',
    `app=${app}`,
    '--field-selector=status.phase=Running',
    '-o',
    'jsonpath={.items[*].metadata.name}',
  )
  return names.split(' ').filter(Boolean)
}

/** The image of a service: Node is all that a test pod needs. */
export const nodeImage = (): Promise<string> =>
  kubectl('get', 'deployment', 'probe', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')
