import type { k8s } from 'cdk8s-plus-27'
import { restrictedContainer } from './restricted.ts'

export interface OwnTheVolumeProps {
  /** One with `chown`. */
  readonly image: string
  /** Numeric id that shall own it. */
  readonly user: number
  /** Of the volume `data` in the container. */
  readonly dataPath: string
}

/** A volume of a host path belongs to root, and `fsGroup` does not change that. */
export const ownTheVolume = ({ image, user, dataPath }: OwnTheVolumeProps): k8s.Container => ({
  name: 'own-the-volume',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['chown', `${user}:${user}`, dataPath],
  securityContext: {
    ...restrictedContainer,
    runAsUser: 0,
    runAsNonRoot: false,
    capabilities: { drop: ['ALL'], add: ['CHOWN'] },
  },
  volumeMounts: [{ name: 'data', mountPath: dataPath }],
})
