import type { PolicyReference } from '../../core/policy-object.ts'
import type { Target } from '../../core/target.ts'
import type { LocalPolicy } from './local-policy.ts'

/** Localities on the laptop: an overlay gives a replica the label of a pod. It is one of the policy's, and found and removed with it. */
export const localLocalities = ({ override, restore }: Pick<LocalPolicy, 'override' | 'restore'>): Pick<Target, 'setLocality'> => ({
  setLocality: async ({ namespace, name }, locality) => {
    const reference: PolicyReference = { kind: 'Pod', namespace, name }
    if (locality === undefined) return restore(reference)
    const metadata = { namespace, name, labels: { 'istio-locality': locality } }
    await override(reference, { apiVersion: 'v1', kind: 'Pod', metadata, spec: {} })
  },
})
