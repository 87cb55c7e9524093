import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { parseAllDocuments } from 'yaml'
import { unfoldLists } from '../../mesh/envoy/unfold-lists.ts'

/** As much of a Kubernetes object as every object has. */
export const Manifest = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  metadata: Type.Object({
    name: Type.String(),
    namespace: Type.Optional(Type.String()),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
})
export type Manifest = Static<typeof Manifest>

const compiled = Compile(Manifest)

/**
 * All objects of a YAML text; lists are taken apart.
 * @param file for the message of an error
 * @throws Error naming the file and what is wrong in it; a key that a mapping has twice is
 */
export function parseManifests(text: string, file: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document, index) => {
    const [error] = document.errors
    if (error) throw new Error(`${file}: ${error.message.split('\n')[0]}`)
    const value: unknown = document.toJS()
    if (value === null) return []
    return unfoldLists([value]).map((object) => {
      if (compiled.Check(object)) return object
      const [first] = compiled.Errors(object)
      throw new Error(`${file}: document ${index + 1} is not a Kubernetes object: ${first?.instancePath || '/'} ${first?.message}`)
    })
  })
}
