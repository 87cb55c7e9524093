import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Manifest } from '../../manifests/parse-manifests.ts'

const Variable = Type.Object({
  name: Type.String(),
  value: Type.Optional(Type.String()),
  valueFrom: Type.Optional(Type.Object({ fieldRef: Type.Object({ fieldPath: Type.Literal('metadata.name') }) })),
})

const Container = Type.Object({
  name: Type.String(),
  command: Type.Array(Type.String(), { minItems: 1 }),
  args: Type.Optional(Type.Array(Type.String())),
  env: Type.Optional(Type.Array(Variable)),
  readinessProbe: Type.Optional(Type.Object({ httpGet: Type.Object({ path: Type.String() }) })),
})

/** What we read of a Deployment; the rest is for clusters. */
const Deployment = Type.Object({
  kind: Type.Literal('Deployment'),
  metadata: Type.Object({ name: Type.String() }),
  spec: Type.Object({
    replicas: Type.Optional(Type.Integer({ minimum: 0 })),
    template: Type.Object({
      metadata: Type.Optional(Type.Object({ labels: Type.Optional(Type.Record(Type.String(), Type.String())) })),
      spec: Type.Object({ containers: Type.Tuple([Container]) }),
    }),
  }),
})

const compiled = Compile(Deployment)

/** One process to run, as its Deployment says. */
export interface PlannedReplica {
  /** `<deployment>-<replica>`: its POD_NAME. */
  readonly name: string
  /** Name of its Deployment. */
  readonly workload: string
  /** Its pod's label `app`, by which Services select it: the same for all versions of a workload. */
  readonly app: string
  /** Its pod's label `version`. */
  readonly version?: string
  readonly replica: number
  readonly command: readonly [string, ...string[]]
  /** As the container has it; `environment.ts` puts this machine's addresses in. */
  readonly env: Readonly<Record<string, string>>
  readonly readinessPath: string
}

/**
 * Deployments → the processes to run, in the order of their files.
 * @param scale replicas by Deployment, where there are not as many as it says
 * @throws Error naming the Deployment and the field that cannot be run here
 */
export function planReplicas(manifests: readonly Manifest[], scale: ReadonlyMap<string, number> = new Map()): PlannedReplica[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((manifest) => replicasOf(manifest, scale.get(manifest.metadata.name)))
}

function replicasOf(manifest: Manifest, scaledTo?: number): PlannedReplica[] {
  if (!compiled.Check(manifest)) {
    const [first] = compiled.Errors(manifest)
    throw new Error(`Deployment ${manifest.metadata.name} cannot run on this machine: ${first?.instancePath} ${first?.message}`)
  }
  const { metadata, spec }: Static<typeof Deployment> = manifest
  const [container] = spec.template.spec.containers
  const [program = '', ...rest] = container.command
  const { app = metadata.name, version } = spec.template.metadata?.labels ?? {}
  return Array.from({ length: scaledTo ?? spec.replicas ?? 1 }, (_, replica) => {
    const name = `${metadata.name}-${replica}`
    return {
      name,
      workload: metadata.name,
      app,
      ...(version !== undefined && { version }),
      replica,
      command: [program, ...rest, ...(container.args ?? [])],
      env: Object.fromEntries((container.env ?? []).map((variable) => [variable.name, variable.valueFrom ? name : (variable.value ?? '')])),
      readinessPath: container.readinessProbe?.httpGet.path ?? '/readyz',
    }
  })
}
