import type { Manifest } from './manifests.ts'

/** On an overlay: the object of this kind and name is taken away instead of replaced. */
export const removeAnnotation = 'breakwater.dev/remove'

/**
 * Objects with overlays laid over them: an overlay takes the place of the object of its kind and name, takes it away when it is
 * annotated so, or is added when there is none. Of two overlays for one object the later wins.
 */
export function applyOverlays(manifests: readonly Manifest[], overlays: readonly Manifest[]): Manifest[] {
  const byIdentity = new Map([...manifests, ...overlays].map((manifest) => [identity(manifest), manifest]))
  return [...byIdentity.values()].filter((manifest) => manifest.metadata.annotations?.[removeAnnotation] !== 'true')
}

const identity = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`
