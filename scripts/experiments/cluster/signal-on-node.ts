import type { V1Pod } from '@kubernetes/client-node'
import { runTool } from '../../cli/run-tool.ts'

/** The part of `crictl inspect` that is read here. */
interface Inspected {
  readonly info: { readonly pid: number }
}

const proxyContainer = 'istio-proxy'

/** Sends a signal to the pod's containers, except its proxy, on its node: a node of kind is a container of Docker on this machine. */
export async function signalOnNode({ metadata, spec, status }: V1Pod, signal: 'STOP' | 'CONT'): Promise<void> {
  const node = spec?.nodeName
  const containers = (status?.containerStatuses ?? []).filter(({ name }) => name !== proxyContainer)
  const ids = containers.flatMap(({ containerID }) => containerID?.replace(/^[a-z]+:\/\//, '') ?? [])
  if (node === undefined || ids.length === 0) throw new Error(`${metadata?.name} has no container that runs`)
  for (const id of ids) {
    const { info }: Inspected = JSON.parse(await runTool('docker', ['exec', node, 'crictl', 'inspect', id]))
    await runTool('docker', ['exec', node, 'kill', `-${signal}`, String(info.pid)])
  }
}
