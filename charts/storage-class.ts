import { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import type { ClusterSettings } from '../cdk8s/settings.ts'

/** Encrypted EBS volumes of type gp3; EKS brings gp2 only. A volume is made in the zone of the pod that wants it. */
export class StorageClass extends Chart {
  constructor(scope: Construct, { storageClass }: ClusterSettings) {
    super(scope, 'storage-class')
    new k8s.KubeStorageClass(this, 'class', {
      metadata: { name: storageClass },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    })
  }
}
