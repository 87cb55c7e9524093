import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'

export interface PodReaderProps {
  /** Of the ServiceAccount, and of the objects that give it the right. */
  readonly name: string
  readonly of: string
  /** Whose pods it may see. */
  readonly namespaces: readonly string[]
}

/** A ServiceAccount may see the pods of some namespaces, and nothing else. */
export class PodReader extends Construct {
  constructor(scope: Construct, id: string, { name, of, namespaces }: PodReaderProps) {
    super(scope, id)
    for (const namespace of namespaces) {
      const metadata = { name, namespace }
      new k8s.KubeRole(this, `role-${namespace}`, {
        metadata,
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
      })
      new k8s.KubeRoleBinding(this, `binding-${namespace}`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: of }],
      })
    }
  }
}
