import { type Static, Type } from 'typebox'
import { servicePortFault } from '../port-protocol.ts'
import { ruled } from '../rule.ts'
import { Metadata, Port } from './values.ts'

const ServicePort = ruled(
  Type.Object({
    name: Type.Optional(Type.String()),
    port: Port,
    targetPort: Type.Optional(Type.Union([Type.String(), Port])),
    protocol: Type.Optional(Type.String()),
    appProtocol: Type.Optional(Type.String()),
  }),
  servicePortFault,
)
export type ServicePort = Static<typeof ServicePort>

export const Service = Type.Object({
  kind: Type.Literal('Service'),
  metadata: Metadata,
  spec: Type.Object({
    // Without one a Service selects no pods, though every pod fits.
    selector: Type.Record(Type.String(), Type.String(), { minProperties: 1 }),
    ports: Type.Array(ServicePort, { minItems: 1, maxItems: 1 }),
  }),
})
export type Service = Static<typeof Service>

const ContainerPort = Type.Object({ name: Type.Optional(Type.String()), containerPort: Port })
/** Labels that one replica has besides those of its Deployment's template. */
export const Pod = Type.Object({
  kind: Type.Literal('Pod'),
  metadata: Type.Object({
    name: Type.String(),
    namespace: Type.Optional(Type.String()),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
})
export type Pod = Static<typeof Pod>

export const Deployment = Type.Object({
  kind: Type.Literal('Deployment'),
  metadata: Metadata,
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({ labels: Type.Record(Type.String(), Type.String()) }),
      spec: Type.Object({ containers: Type.Array(Type.Object({ ports: Type.Optional(Type.Array(ContainerPort)) })) }),
    }),
  }),
})
export type Deployment = Static<typeof Deployment>
