import { kubectlAnywhere } from './kubectl.ts'

const kinds =
  'envoyfilters,destinationrules,virtualservices,authorizationpolicies,peerauthentications,leases,deployments,statefulsets,services,pods'

/** What a namespace holds, without what a write alone changes. */
export async function contentOf(namespace: string): Promise<unknown> {
  const { items } = JSON.parse(await kubectlAnywhere('get', kinds, '-n', namespace, '-o', 'json')) as {
    items: { kind: string; metadata: { name: string; labels?: object; annotations?: object }; spec: object }[]
  }
  return items.map(({ kind, metadata: { name, labels, annotations }, spec }) => ({ kind, name, labels, annotations, spec }))
}
