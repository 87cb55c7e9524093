import { once } from 'node:events'
import { createServer } from 'node:net'
import { stringify } from 'yaml'
import { ingressNodePort } from '../../../services/shared/contracts/deployment.ts'
import { runTool } from '../../cli/run-tool.ts'
import { ClusterError } from '../cluster-error.ts'

/**
 * Creates the kind cluster when there is none of that name.
 * @param port of 127.0.0.1 at which the gateway will answer; only read when the cluster is created
 * @param image of the node (`KIND_IMAGE`); kind's own default when absent
 * @returns whether it was created now
 */
export async function ensureKindCluster(name: string, port: number, image: string | undefined): Promise<boolean> {
  const clusters = await runTool('kind', ['get', 'clusters'])
  if (clusters.split('\n').includes(name)) return false
  await portIsFree(port)
  const config = stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        extraPortMappings: [{ containerPort: ingressNodePort, hostPort: port, listenAddress: '127.0.0.1' }],
      },
    ],
  })
  await runTool('kind', ['create', 'cluster', '--name', name, '--config', '-', ...(image ? ['--image', image] : [])], {
    input: config,
    timeoutMs: 600_000,
  })
  return true
}

/** Docker would fail in the middle of the creation, with a page of text. */
async function portIsFree(port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    throw new ClusterError(`Port ${port} of this machine is taken: stop what uses it, or choose another with PORT=8081 make deploy.`)
  } finally {
    server.close()
  }
}

/** The port of this machine at which a kind cluster's ingress gateway answers, as it was mapped when the cluster was created. */
export async function mappedPort(name: string): Promise<number> {
  const mapped = await runTool('docker', ['port', `${name}-control-plane`, `${ingressNodePort}/tcp`]).catch(() => '')
  const port = Number(mapped.trim().split('\n')[0]?.split(':').at(-1))
  if (port) return port
  throw new ClusterError(
    `The kind cluster ${name} maps no port to the ingress gateway: remove it (kind delete cluster --name ${name}) and deploy again.`,
  )
}
