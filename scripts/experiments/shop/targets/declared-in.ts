import { namespace } from '../../../../services/shared/contracts/topology.ts'
import type { Manifest } from '../../../manifests/parse-manifests.ts'
import type { Destination, Workload } from '../../core/destination.ts'
import type { Declared } from '../../core/explain/situation.ts'
import type { PolicyObject } from '../../core/policy-object.ts'

interface Service {
  readonly ports?: readonly { readonly port?: number; readonly name?: string; readonly appProtocol?: string }[]
}
interface Deployment {
  readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
}

/** Objects of the laptop, where everything is in one namespace → what of them is about calls from a workload to a destination. */
export function declaredIn(objects: readonly Manifest[], caller: Workload, destination: Destination): Declared {
  const spec = <Spec>(kind: string, name: string) =>
    (objects.find((object) => object.kind === kind && object.metadata.name === name) as { readonly spec?: Spec } | undefined)?.spec
  const { name, appProtocol } = spec<Service>('Service', destination.service)?.ports?.find(({ port }) => port === destination.port) ?? {}
  return {
    policies: objects
      .filter(({ kind }) => kind === 'DestinationRule' || kind === 'VirtualService')
      .map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }) as unknown as PolicyObject),
    port: { ...(name !== undefined && { name }), ...(appProtocol !== undefined && { appProtocol }) },
    callerLabels: spec<Deployment>('Deployment', caller.name)?.template?.metadata?.labels ?? {},
  }
}
