import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { ClusterError } from '../cluster-error.ts'

/** What of istioctl's answer is read here; the rest is ignored. */
const ProxyStatus = Type.Object({
  resources: Type.Array(
    Type.Object({
      node: Type.Object({ id: Type.String() }),
      genericXdsConfigs: Type.Array(Type.Object({ configStatus: Type.Optional(Type.String()) })),
    }),
  ),
})

const check = Compile(ProxyStatus)

/**
 * What `istioctl proxy-status --output json` says: pod → its proxy has acknowledged all that istiod sent.
 * @param namespace whose pods are wanted
 * @throws ClusterError when the answer has another form
 */
export function proxiesInSync(answer: string, namespace: string): Map<string, boolean> {
  const status: unknown = JSON.parse(answer)
  if (!check.Check(status)) throw new ClusterError('istioctl proxy-status answers in a form that is not known: use istioctl 1.31.')
  const suffix = `.${namespace}`
  return new Map(
    status.resources
      .filter(({ node }) => node.id.endsWith(suffix))
      .map(({ node, genericXdsConfigs }): [string, boolean] => [node.id.slice(0, -suffix.length), synced(genericXdsConfigs)]),
  )
}

type Configs = Static<typeof ProxyStatus>['resources'][number]['genericXdsConfigs']

/** What was never sent has no status and cannot be stale. */
const synced = (configs: Configs): boolean =>
  configs.every(({ configStatus = 'NOT_SENT' }) => ['SYNCED', 'NOT_SENT', 'UNKNOWN'].includes(configStatus))
