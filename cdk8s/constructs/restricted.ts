import type { k8s } from 'cdk8s-plus-27'

/** The `node` user of the official images. */
export const nodeUser = 1000

/**
 * Pod Security Standard "restricted" (https://kubernetes.io/docs/concepts/security/pod-security-standards/), for a pod.
 * @param user numeric id that the image runs as
 */
export const restrictedPod = (user: number): k8s.PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
})

/** The same for a container. */
export const restrictedContainer: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}
