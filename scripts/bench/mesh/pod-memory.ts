import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** Bytes in use by all pods of a namespace (working set: what the kernel could not take back at once). */
export interface PodMemory {
  readonly pods: number
  readonly appBytes: number
  readonly sidecarBytes: number
}

/** What of the kubelet's answer is read here. */
const Summary = Type.Object({
  pods: Type.Array(
    Type.Object({
      podRef: Type.Object({ namespace: Type.String() }),
      containers: Type.Optional(
        Type.Array(
          Type.Object({
            name: Type.String(),
            memory: Type.Optional(Type.Object({ workingSetBytes: Type.Optional(Type.Integer()) })),
          }),
        ),
      ),
    }),
  ),
})

/** Asks the kubelet of every node: kind has no metrics server. */
export async function podMemory(config: KubeConfig, namespace: string): Promise<PodMemory> {
  const core = config.makeApiClient(CoreV1Api)
  const { items } = await core.listNode()
  const answers = await Promise.all(
    items.map(async ({ metadata }) => {
      const answer: unknown = await core.connectGetNodeProxyWithPath({ name: metadata?.name ?? '', path: 'stats/summary' })
      return typeof answer === 'string' ? JSON.parse(answer) : answer
    }),
  )
  return sumMemory(answers, namespace)
}

/** @throws Error when an answer has another form */
export function sumMemory(answers: readonly unknown[], namespace: string): PodMemory {
  const pods = answers.flatMap((answer) => {
    if (!Value.Check(Summary, answer)) throw new Error('A kubelet answers in a form that is not known.')
    return answer.pods.filter(({ podRef }) => podRef.namespace === namespace)
  })
  const containers = pods.flatMap(({ containers = [] }) => containers)
  const bytes = (isSidecar: boolean) =>
    containers
      .filter(({ name }) => (name === 'istio-proxy') === isSidecar)
      .reduce((sum, { memory }) => sum + (memory?.workingSetBytes ?? 0), 0)
  return { pods: pods.filter(({ containers = [] }) => containers.length > 0).length, appBytes: bytes(false), sidecarBytes: bytes(true) }
}
