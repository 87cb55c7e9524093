import type { Manifest } from '../../manifests/parse-manifests.ts'

/** On an overlay: the object of this kind, namespace and name is taken away instead of replaced. */
export const removeAnnotation = 'breakwater.dev/remove'

/**
 * Objects with overlays laid over them: an overlay takes the place of the object of its kind, namespace and name, takes it away when
 * it is annotated so, or is added when there is none. An overlay without a namespace means the object of its kind and name in
 * whatever namespace it is. Of two overlays for one object the later wins.
 * @throws Error when an overlay without a namespace could mean several objects
 */
export function applyOverlays(manifests: readonly Manifest[], overlays: readonly Manifest[]): Manifest[] {
  const byIdentity = new Map(manifests.map((manifest) => [identity(manifest), manifest]))
  for (const overlay of overlays) byIdentity.set(meant(overlay, [...byIdentity.entries()]), overlay)
  return [...byIdentity.values()].filter((manifest) => manifest.metadata.annotations?.[removeAnnotation] !== 'true')
}

/** The identity of the object that an overlay is for. */
function meant(overlay: Manifest, known: readonly (readonly [string, Manifest])[]): string {
  if (overlay.metadata.namespace !== undefined) return identity(overlay)
  const candidates = known.filter(([, { kind, metadata }]) => kind === overlay.kind && metadata.name === overlay.metadata.name)
  const [only, ...others] = candidates.map(([id]) => id)
  if (others.length > 0)
    throw new Error(
      `The overlay ${overlay.kind} ${overlay.metadata.name} has no namespace and could mean ${[only, ...others].join(' or ')}.`,
    )
  return only ?? identity(overlay)
}

const identity = ({ kind, metadata }: Manifest): string => [kind, metadata.namespace, metadata.name].filter(Boolean).join('/')
