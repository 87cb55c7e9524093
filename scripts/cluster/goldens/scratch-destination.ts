import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { runTool } from '../../cli/run-tool.ts'
import { ClusterError } from '../cluster-error.ts'

/** The cases' namespace and Service: their policy names hosts in it. */
export const scratchNamespace = 'shop'
export const destinationHost = `callee.${scratchNamespace}.svc.cluster.local`

/** Any server on 8080 would do: what is recorded are the proxies' configurations. */
const image = process.env.FORTIO_IMAGE ?? 'fortio/fortio:1.66.5'
const readyWithin = '180s'

const deployment = (name: string, version: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'callee', version } },
    template: {
      metadata: { labels: { app: 'callee', version } },
      spec: {
        containers: [
          { name: 'callee', image, imagePullPolicy: 'IfNotPresent', args: ['server'], ports: [{ name: 'http', containerPort: 8080 }] },
        ],
      },
    },
  },
})

const objects = [
  deployment('callee', 'v1'),
  deployment('callee-v2', 'v2'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'callee' },
    spec: { selector: { app: 'callee' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  },
]

/** A Service in two versions with sidecars, in a namespace of its own. */
export interface ScratchDestination {
  /** First replica of v1: the proxy that is asked. */
  readonly pod: string
  apply(manifests: readonly object[]): Promise<void>
  remove(manifests: readonly object[]): Promise<void>
  close(): Promise<void>
}

/**
 * @param context of the kubeconfig; the cluster must have Istio
 * @throws ClusterError when the namespace is somebody else's, or the pods do not get ready
 */
export async function openScratchDestination(context: string): Promise<ScratchDestination> {
  const kubectl = (args: readonly string[], input?: string) =>
    runTool('kubectl', ['--context', context, ...args], { timeoutMs: 240_000, ...(input !== undefined && { input }) })
  const inNamespace = (args: readonly string[], input?: string) => kubectl(['-n', scratchNamespace, ...args], input)
  const feed = (verb: readonly string[], manifests: readonly object[]) =>
    manifests.length === 0
      ? Promise.resolve('')
      : inNamespace([...verb, '-f', '-'], manifests.map((object) => stringify(object)).join('---\n'))

  if (await kubectl(['get', 'namespace', scratchNamespace, '--ignore-not-found', '-o', 'name'])) {
    throw new ClusterError(`${context} has a namespace ${scratchNamespace} already: record in another cluster, or remove it.`)
  }
  await kubectl(['create', 'namespace', scratchNamespace])
  const close = async () => void (await kubectl(['delete', 'namespace', scratchNamespace, '--wait=false']))
  try {
    await kubectl(['label', 'namespace', scratchNamespace, 'istio-injection=enabled'])
    await feed(['apply'], objects)
    await inNamespace(['rollout', 'status', 'deployment/callee', 'deployment/callee-v2', `--timeout=${readyWithin}`])
    const pods = await inNamespace(['get', 'pods', '-l', 'version=v1', '-o', 'jsonpath={.items[0].metadata.name}'])
    return {
      pod: pods.trim(),
      apply: async (manifests) => void (await feed(['apply'], manifests)),
      remove: async (manifests) => void (await feed(['delete', '--ignore-not-found'], manifests)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Asks again until `take` finds what it wants. @throws ClusterError after `withinMs` */
export async function eventually<T>(what: string, withinMs: number, take: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    const found = await take()
    if (found !== undefined) return found
    if (Date.now() > until) throw new ClusterError(`${what} did not come within ${withinMs / 1000} s.`)
    await delay(200)
  }
}
