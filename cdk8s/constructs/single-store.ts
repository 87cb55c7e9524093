import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { restrictedContainer, restrictedPod } from './restricted.ts'

export interface SingleStoreProps {
  readonly name: string
  readonly image: string
  /** Numeric id that the image runs as; it must own the volume. */
  readonly user: number
  readonly port: number
  readonly env: readonly k8s.EnvVar[]
  /** Where the data lives in the container. */
  readonly dataPath: string
  readonly storage: string
  readonly storageClass: string
  readonly memory: string
  /** Paths besides `dataPath` that the image writes to. */
  readonly scratchPaths: readonly string[]
  readonly ready: k8s.Probe
}

/**
 * One replica of a data store with its volume, for kind: plain TCP, outside the mesh (no sidecar),
 * because its clients speak first in protocols that Envoy need not understand. EKS uses managed ones.
 */
export class SingleStore extends Construct {
  constructor(scope: Construct, id: string, props: SingleStoreProps) {
    super(scope, id)
    const { name, port } = props
    const labels = { app: name, 'sidecar.istio.io/inject': 'false', 'app.kubernetes.io/part-of': 'breakwater' }
    const scratch = props.scratchPaths.map((path, index) => ({ name: `scratch-${index}`, path }))

    new k8s.KubeService(this, 'service', {
      metadata: { name },
      // The protocol in the name keeps Istio from guessing it.
      spec: { selector: { app: name }, ports: [{ name: `tcp-${name}`, port, targetPort: k8s.IntOrString.fromNumber(port) }] },
    })
    new k8s.KubeStatefulSet(this, 'store', {
      metadata: { name },
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(props.user),
            terminationGracePeriodSeconds: 60,
            containers: [
              {
                name,
                image: props.image,
                imagePullPolicy: 'IfNotPresent',
                ports: [{ name: `tcp-${name}`, containerPort: port }],
                env: [...props.env],
                resources: {
                  requests: { cpu: k8s.Quantity.fromString('200m'), memory: k8s.Quantity.fromString(props.memory) },
                  limits: { memory: k8s.Quantity.fromString(props.memory) },
                },
                readinessProbe: props.ready,
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'data', mountPath: props.dataPath },
                  ...scratch.map(({ name, path }) => ({ name, mountPath: path })),
                ],
              },
            ],
            volumes: scratch.map(({ name }) => ({ name, emptyDir: {} })),
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: props.storageClass,
              resources: { requests: { storage: k8s.Quantity.fromString(props.storage) } },
            },
          },
        ],
      },
    })
  }
}
