import type { Json } from './input.ts'

/** Where a pod runs, from the wide to the narrow; a part that is not known is empty. */
export interface Locality {
  readonly region: string
  readonly zone: string
  readonly subzone: string
}

type Labels = Readonly<Record<string, string>>

/** Overrides what a pod's node says of its place. In labels `.` stands for `/`: `local.zone-a`. */
export const localityLabel = 'istio-locality'

/** Kubernetes' and Istio's labels of a place: `failoverPriority` names them. */
const topologyLabels = {
  region: 'topology.kubernetes.io/region',
  zone: 'topology.kubernetes.io/zone',
  subzone: 'topology.istio.io/subzone',
} as const
export const isTopologyLabel = (label: string): boolean => Object.values(topologyLabels).some((name) => name === label)

/** Parts of a locality as policies write it: `local/zone-a`. */
export const parseLocality = (locality: string): Locality => {
  const [region = '', zone = '', subzone = ''] = locality.split('/')
  return { region, zone, subzone }
}

/** `local.zone-a` → `local/zone-a`; empty without the label. */
export function localityNameOf(labels: Labels): string {
  const label = labels[localityLabel] ?? ''
  return label.includes('/') ? label : label.replaceAll('.', '/')
}

export const localityOf = (labels: Labels): Locality => parseLocality(localityNameOf(labels))

/** A pod's labels, and its place as labels. */
export function augmented(labels: Labels): Labels {
  const { region, zone, subzone } = localityOf(labels)
  return {
    ...labels,
    ...(region && { [topologyLabels.region]: region }),
    ...(zone && { [topologyLabels.zone]: zone }),
    ...(subzone && { [topologyLabels.subzone]: subzone }),
  }
}

/** Whether a policy's locality, whose last part may be a wildcard, has this one in it. */
export function isIn(locality: Locality, policy: string): boolean {
  const wanted = parseLocality(policy)
  const same = (part: keyof Locality) => wanted[part] === '*' || wanted[part] === locality[part]
  return same('region') && (wanted.zone === '' || same('zone')) && (wanted.subzone === '' || same('subzone'))
}

/** 0 the same place, 1 the same zone, 2 the same region, 3 another region. */
export function distance(a: Locality, b: Locality): number {
  if (a.region !== b.region) return 3
  if (a.zone !== b.zone) return 2
  return a.subzone === b.subzone ? 0 : 1
}

/** Envoy's own form; an unknown part is left out. */
export const renderLocality = ({ region, zone, subzone }: Locality): Json => ({
  ...(region && { region }),
  ...(zone && { zone }),
  ...(subzone && { sub_zone: subzone }),
})
