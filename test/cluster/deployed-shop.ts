import type { TestProject } from 'vitest/node'
import { chooseCluster } from '../../scripts/cluster/choose-cluster.ts'
import { deploy } from '../../scripts/cluster/deploy.ts'
import { contexts } from '../../scripts/cluster/kubeconfig.ts'
import { undeploy } from '../../scripts/cluster/undeploy.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the kubeconfig. */
    context: string
    /** Where a customer reaches the gateway, through Istio's ingress. */
    gatewayUrl: string
  }
}

/** The sources as they are now, deployed to the kind cluster. One that was not there before is made from nothing, and goes away again. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const wasThere = contexts().includes(chooseCluster(process.env, contexts()).context)
  const { cluster, url } = await deploy(process.env, (line) => console.error(line), new AbortController().signal)
  if (!url) throw new Error('Cluster tests run on kind only: they restart, delete and intrude.')
  project.provide('context', cluster.context)
  project.provide('gatewayUrl', url)
  if (wasThere) return undefined
  return async () => {
    await undeploy(process.env)
  }
}
