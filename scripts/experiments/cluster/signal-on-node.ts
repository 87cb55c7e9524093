import type { V1Pod } from '@kubernetes/client-node'
import { runTool } from '../../cli/run-tool.ts'

const proxyContainer = 'istio-proxy'

/** Finds a container's processes by its id in their control group: all of them, and with nothing but what every node has (`crictl` is not). */
const processesOf = ['sh', '-c', 'grep -ls "$0" /proc/[0-9]*/cgroup || :']

/**
 * Sends a signal to the pod's containers, except its proxy, on its node: a node of kind is a container of Docker on this machine.
 * @throws when a container has no process there
 */
export async function signalOnNode({ metadata, spec, status }: V1Pod, signal: 'STOP' | 'CONT' | 'KILL'): Promise<void> {
  const node = spec?.nodeName
  const containers = (status?.containerStatuses ?? []).filter(({ name }) => name !== proxyContainer)
  const ids = containers.flatMap(({ containerID }) => containerID?.replace(/^[a-z]+:\/\//, '') ?? [])
  if (node === undefined || ids.length === 0) throw new Error(`${metadata?.name} has no container that runs`)
  for (const id of ids) {
    const found = await runTool('docker', ['exec', node, ...processesOf, id])
    const processes = [...found.matchAll(/^\/proc\/(\d+)\//gm)].map(([, process = '']) => process)
    if (processes.length === 0) throw new Error(`${metadata?.name}: no process of container ${id} runs on ${node}`)
    await runTool('docker', ['exec', node, 'kill', `-${signal}`, ...processes])
  }
}
